"""Schemas of structs and forms, and the responses that all operations share."""

from http import HTTPStatus
from typing import Any

import msgspec

from entrypoints.http.errors import HEADERS, PROBLEM_TYPE
from entrypoints.http.multipart import FILE_FIELD
from entrypoints.http.schemas.problems import PROBLEMS

Document = dict[str, Any]

YES_OR_NO = {"type": "string", "enum": ["true", "false", "1", "0"], "default": "false"}

RECORDING = {
    "type": "string",
    "format": "binary",
    "contentMediaType": "application/octet-stream",
    "minLength": 1,
    "description": "The recording, of whatever name and type: WebM, Ogg, MP4, MP3, FLAC or WAV, at most 25 MB.",
}


def schemas(structs: set[type]) -> Document:
    """Return the schemas of structs, and of all that they refer to, by name."""
    ordered = sorted(structs, key=lambda struct: struct.__name__)
    _, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    return components


def schema_of(struct: type) -> Document:
    """Return the schema of a struct in full: some tools do not follow a reference from a request body."""
    schema: Document = schemas({struct})[struct.__name__]
    return schema


def as_form(schema: Document) -> Document:
    """Return the schema of the same fields in a form, where yes and no are words."""
    properties = {
        name: {**field, **YES_OR_NO} if field.get("type") == "boolean" else field
        for name, field in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def with_file(schema: Document) -> Document:
    """Return the schema of a form that carries a recording beside the fields."""
    return {
        **schema,
        "properties": {**schema["properties"], FILE_FIELD: RECORDING},
        "required": [*schema["required"], FILE_FIELD],
    }


def problem_response(status: int) -> Document:
    """Return the response for an error status, with an example for each code that it may carry."""
    title = HTTPStatus(status).phrase
    examples = {
        code: {
            "value": {
                "type": f"/schema#{code}",
                "title": title,
                "status": status,
                "detail": sentence,
                "instance": "/api/v1/mz-request",
                "code": code,
                "error": sentence,
            }
        }
        for code, sentence in PROBLEMS[status].items()
    }
    return {
        "description": title,
        "headers": {name: {"schema": {"type": "string"}} for name in HEADERS.get(status, {})},
        "content": {
            PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemResponse"}, "examples": examples}
        },
    }
