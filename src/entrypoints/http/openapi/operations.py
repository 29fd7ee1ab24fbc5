"""Operations: what the framework knows of a handler, completed by what the handler says in its options.

`problems` are the error statuses of its own, beside those that follow from its token and its body, and `successes` are
success responses that are no JSON. Whether it takes a token and a body follows from its signature.
"""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import SecurityScheme
from litestar.routes import HTTPRoute

from entrypoints.http.bodies.form_request import JSON, MULTIPART, URL_ENCODED, body_struct
from entrypoints.http.bodies.uploads import takes_file
from entrypoints.http.dependencies import needs_caller
from entrypoints.http.openapi.components import Document, as_form, schema_of, with_file

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

EVERYWHERE = {400, 500, 503}
WITH_TOKEN = {401}
WITH_BODY = {413, 415, 422}


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


def structs_of(handler: HTTPRouteHandler) -> set[type]:
    """Return the structs that go over the wire for a handler."""
    candidates = (body_struct(handler), handler.parsed_fn_signature.return_type.annotation)
    return {
        struct for struct in candidates if isinstance(struct, type) and issubclass(struct, msgspec.Struct)
    }


def complete_operation(described: Document, handler: HTTPRouteHandler) -> Document:
    """Return an operation with its words, its body, its errors and its security."""
    summary, _, description = inspect.cleandoc(handler.fn.__doc__ or "").partition("\n")
    errors = {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in _error_statuses(handler)
    }
    operation: Document = {
        **described,
        "summary": summary.rstrip("."),
        "description": description.strip(),
        "responses": _successes(described, handler) | errors,
    }
    if needs_caller(handler):
        operation["security"] = [{name: []} for name in SECURITY_SCHEMES]
    if content := _body(handler):
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _successes(described: Document, handler: HTTPRouteHandler) -> Document:
    told = inspect.getdoc(handler.parsed_fn_signature.return_type.annotation) or "Done."
    from_signature = {
        status: {**answer, "description": told if "content" in answer else "Done."}
        for status, answer in described["responses"].items()
        if status.startswith("2")
    }
    answers: Document = handler.opt.get("successes", from_signature)
    return answers


def _body(handler: HTTPRouteHandler) -> Document:
    struct = body_struct(handler)
    if struct is None:
        return {}
    as_json = schema_of(struct)
    form = as_form(as_json)
    if takes_file(handler):
        return {MULTIPART: {"schema": with_file(form)}}
    return {JSON: {"schema": as_json}, URL_ENCODED: {"schema": form}, MULTIPART: {"schema": form}}


def _error_statuses(handler: HTTPRouteHandler) -> list[int]:
    statuses = EVERYWHERE | set(handler.opt.get("problems", ()))
    if needs_caller(handler):
        statuses |= WITH_TOKEN
    if body_struct(handler):
        statuses |= WITH_BODY
    return sorted(statuses)


def link_new_ids(
    paths: Mapping[str, Mapping[str, Document]], operation_id: str, ids: Mapping[str, str]
) -> None:
    """Link what an operation makes to every operation that takes the ids of it."""
    everything = [operation for methods in paths.values() for operation in methods.values()]
    source = next(operation for operation in everything if operation["operationId"] == operation_id)
    source["responses"]["201"]["links"] = {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "parameters": {name: f"$response.body#/{ids[name]}" for name in sorted(names)},
        }
        for operation in everything
        if (names := _path_parameters(operation)) and names <= ids.keys()
    }


def _path_parameters(operation: Document) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "path"}
