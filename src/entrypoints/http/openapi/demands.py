"""What this deployment demands of bodies: settings decide the youngest age, and whether consent is needed."""

from domain.consent import ConsentPolicy
from entrypoints.http.openapi.schemas import Document

AGE, VERSION = "age", "notice_version"


def as_demanded(schema: Document, policy: ConsentPolicy) -> Document:
    """Return the schema of a body with the youngest age that is accepted, and the version of the current notice."""
    properties, required = dict(schema["properties"]), list(schema.get("required", ()))
    if AGE in properties:
        properties[AGE] = {**properties[AGE], "minimum": policy.youngest}
    if VERSION in properties:
        is_required = policy.is_required or VERSION in required
        field = {**properties[VERSION], "examples": [policy.current_version]}
        if is_required:
            field.pop("default", None)
            required = list(dict.fromkeys([*required, VERSION]))
        properties[VERSION] = {**field, "enum": [policy.current_version, *([] if is_required else [""])]}
    return {**schema, "properties": properties, "required": required}
