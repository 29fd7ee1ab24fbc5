"""JSON schemas of structs, for the document."""

from typing import Any

import msgspec

from entrypoints.http.bodies.multipart import FILE_FIELD
from entrypoints.http.bodies.uploads import LARGEST_FILE_MEGABYTES

Document = dict[str, Any]
"""The document, or a part of it."""

BOOLEAN_AS_TEXT = {"type": "string", "enum": ["true", "false", "1", "0"], "default": "false"}

RECORDING = {
    "type": "string",
    "format": "binary",
    "contentMediaType": "application/octet-stream",
    "minLength": 1,
    "description": "The recording: WebM, Ogg, MP4, MP3, FLAC or WAV, whatever its name and declared type, "
    f"at most {LARGEST_FILE_MEGABYTES} MB.",
}


def schemas(structs: set[type]) -> Document:
    """Return the schemas of structs, and of the structs inside them, by name."""
    ordered = sorted(structs, key=lambda struct: struct.__name__)
    _, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    return components


def schema_of(struct: type) -> Document:
    """Return the schema of one struct, to stand in a request body: some tools do not follow a reference there."""
    schema: Document = schemas({struct})[struct.__name__]
    return schema


def as_form(schema: Document) -> Document:
    """Return the schema of the same fields in a form, where a boolean is text."""
    properties = {
        name: {**field, **BOOLEAN_AS_TEXT} if field.get("type") == "boolean" else field
        for name, field in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def with_file(schema: Document) -> Document:
    """Return the schema of a form with a recording beside its fields."""
    return {
        **schema,
        "properties": {**schema["properties"], FILE_FIELD: RECORDING},
        "required": [*schema["required"], FILE_FIELD],
    }
