"""The OpenAPI document: what the framework knows of the handlers, completed by what it cannot know.

A handler says in its options what else is true of it: `body` or `upload` (the struct of its request body),
`private` (it needs a token), `problems` (error statuses of its own, beside those that all share), and `answers`
(success responses that are no JSON).
"""

import inspect
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, Request, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.routes import HTTPRoute

from entrypoints.http.body import JSON, MULTIPART, URL_ENCODED
from entrypoints.http.docs_page import render_page
from entrypoints.http.errors import HEADERS, PROBLEM_TYPE
from entrypoints.http.multipart import FILE_FIELD
from entrypoints.http.schemas.problems import PROBLEMS, ProblemResponse
from entrypoints.http.schemas.progress import JobStatusResponse

DESCRIPTION = """\
Send a recorded voice; get a face that suits it, drawn and talking, beside a face made from age and gender alone.

Sign up, log in, and send the token with every call, as `Token: …` or `Authorization: Bearer …`. Bodies are forms
(`multipart/form-data`, `application/x-www-form-urlencoded`) or JSON with the same names. Errors are problem details
(RFC 9457) with a stable `code` and a sentence in `error`.
"""

TAGS = {
    "Accounts": "Sign up, log in, look at oneself.",
    "Requests": "Send a voice, see what became of all of them, erase them.",
    "Results": "Watch a job, look at the faces, rate them.",
    "Media": "Recordings, pictures and videos, by links that are signed and expire.",
    "Health": "For whoever keeps the service running.",
}

SECURITY_SCHEMES: dict[str, Any] = {
    "token": SecurityScheme(type="apiKey", name="Token", security_scheme_in="header"),
    "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
}

NEW_IDS = {
    "submit": {"request_id": "mz_request_id", "result_id": "mz_result_id", "job_id": "job_id"},
    "regenerate": {"request_id": "mz_request_id", "result_id": "regenerate_mz_result_id", "job_id": "job_id"},
}
"""Which operations make something new, and where their answers name it for the parameters of others."""

EVERYWHERE = (400, 500, 503)
WITH_TOKEN = (401,)
WITH_BODY = (413, 415, 422)

Document = dict[str, Any]


def describe() -> OpenAPIConfig:
    """Return where and how the document and its page are served."""
    return OpenAPIConfig(
        title="Voice2Face",
        version=version("voice2face"),
        description=DESCRIPTION,
        path="/schema",
        render_plugins=[DocsPage(path="/"), CompletedDocument()],
        tags=[Tag(name=name, description=description) for name, description in TAGS.items()],
        components=Components(security_schemes=SECURITY_SCHEMES),
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
    )


class CompletedDocument(JsonRenderPlugin):
    """Serves the document at /schema/openapi.json."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:
        """Return the document as JSON."""
        return msgspec.json.encode(complete(openapi_schema, request.app))


class DocsPage(OpenAPIRenderPlugin):
    """Serves the document as a page at /schema, that needs neither scripts nor another server."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Document) -> bytes:
        """Return the page."""
        return render_page(complete(openapi_schema, request.app)).encode()

    def receive_router(self, router: Router) -> None:
        """Take the framework's own HTML for unknown addresses away: ours are problem details."""
        router.routes = [route for route in router.routes if "{path:str}" not in route.path]


def complete(document: Document, app: Litestar) -> Document:
    """Return the framework's document with bodies, errors, security and schemas as they are."""
    paths: dict[str, dict[str, Any]] = {}
    structs: set[type] = {ProblemResponse, JobStatusResponse}
    for path, method, handler in operations(app):
        described = document["paths"][path][method]
        paths.setdefault(path, {})[method] = _operation(described, handler)
        structs |= set(_structs(handler))
    for operation_id, ids in NEW_IDS.items():
        _link(paths, operation_id, ids)
    components = {
        **document["components"],
        "schemas": _schemas(structs),
        "responses": {str(status): _problem(status) for status in PROBLEMS},
    }
    return {**document, "paths": paths, "components": components}


def operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Yield every documented operation, in the order of their source."""
    found = [
        (route.path_format, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.resolve_include_in_schema()
    ]
    for path, handler in sorted(found, key=lambda entry: _place(entry[1])):
        for method in handler.http_methods:
            yield path, method.lower(), handler


def _place(handler: HTTPRouteHandler) -> tuple[int, str, int]:
    """Return where an operation stands in the document: by its tag, then as in the source."""
    code = handler.fn.__code__
    return list(TAGS).index(handler.resolve_tags()[0]), code.co_filename, code.co_firstlineno


def _operation(described: Document, handler: HTTPRouteHandler) -> Document:
    summary, _, description = inspect.cleandoc(handler.fn.__doc__ or "").partition("\n")
    options = handler.opt
    told = inspect.getdoc(handler.parsed_fn_signature.return_type.annotation) or "Done."
    success = {
        status: {**answer, "description": told if "content" in answer else "Done."}
        for status, answer in described["responses"].items()
        if status.startswith("2")
    }
    operation: Document = {
        **described,
        "summary": summary.rstrip("."),
        "description": description.strip(),
        "responses": options.get("answers", success)
        | {
            str(status): {"$ref": f"#/components/responses/{status}"} for status in _problem_statuses(options)
        },
    }
    if options.get("private"):
        operation["security"] = [{name: []} for name in SECURITY_SCHEMES]
    if body := options.get("body"):
        forms = {media_type: {"schema": _as_form(_schema(body))} for media_type in (URL_ENCODED, MULTIPART)}
        content = {JSON: {"schema": _schema(body)}, **forms}
        operation["requestBody"] = {"required": True, "content": content}
    if upload := options.get("upload"):
        content = {MULTIPART: {"schema": _with_file(_as_form(_schema(upload)))}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _link(paths: dict[str, dict[str, Document]], operation_id: str, ids: Mapping[str, str]) -> None:
    """Link what an operation makes to every operation that takes the ids of it."""
    operations = [operation for methods in paths.values() for operation in methods.values()]
    source = next(operation for operation in operations if operation["operationId"] == operation_id)
    source["responses"]["201"]["links"] = {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "parameters": {name: f"$response.body#/{ids[name]}" for name in names},
        }
        for operation in operations
        if (names := _path_parameters(operation)) and names <= ids.keys()
    }


def _path_parameters(operation: Document) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "path"}


def _problem_statuses(options: Mapping[str, Any]) -> list[int]:
    statuses = {*EVERYWHERE, *options.get("problems", ())}
    if options.get("private"):
        statuses.update(WITH_TOKEN)
    if "body" in options or "upload" in options:
        statuses.update(WITH_BODY)
    return sorted(statuses)


def _structs(handler: HTTPRouteHandler) -> Iterator[type]:
    for struct in (handler.parsed_fn_signature.return_type.annotation, handler.opt.get("body")):
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
            yield struct


def _schemas(structs: set[type]) -> Document:
    ordered = sorted(structs, key=lambda struct: struct.__name__)
    _, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    return components


def _schema(struct: type) -> Document:
    """Return the schema of a struct in full: some tools do not follow a reference from a request body."""
    schema: Document = _schemas({struct})[struct.__name__]
    return schema


def _as_form(schema: Document) -> Document:
    """Return the schema of the same fields in a form, where yes and no are words."""
    yes_or_no = {"enum": ["true", "false", "1", "0"]}
    properties = {
        name: {**field, **yes_or_no, "type": "string", "default": "false"}
        if field.get("type") == "boolean"
        else field
        for name, field in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def _with_file(schema: Document) -> Document:
    """Return the schema of a form that carries a file beside the fields."""
    recording = {
        "type": "string",
        "format": "binary",
        "contentMediaType": "application/octet-stream",
        "minLength": 1,
        "description": "The recording, of whatever name and type: WebM, Ogg, MP4, MP3, FLAC or WAV, at most 25 MB.",
    }
    return {
        **schema,
        "properties": {**schema["properties"], FILE_FIELD: recording},
        "required": [*schema["required"], FILE_FIELD],
    }


def _problem(status: int) -> Document:
    codes = PROBLEMS[status]
    examples = {
        code: {
            "value": {
                "type": f"/schema#{code}",
                "title": HTTPStatus(status).phrase,
                "status": status,
                "detail": sentence,
                "instance": "/api/v1/mz-request",
                "code": code,
                "error": sentence,
            }
        }
        for code, sentence in codes.items()
    }
    headers = {name: {"schema": {"type": "string"}} for name in HEADERS.get(status, {})}
    return {
        "description": HTTPStatus(status).phrase,
        "headers": headers,
        "content": {
            PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemResponse"}, "examples": examples}
        },
    }
