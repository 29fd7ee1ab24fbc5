"""The operations of the document: what Litestar says about a handler, completed by this package.

Whether an operation takes a token and a body follows from the signature of its handler. A handler may add two options:
`problems` are error statuses of its own, and `successes` are success responses that are not JSON.
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
from entrypoints.http.openapi.schemas import Document, as_form, schema_of, with_file

TAGS = {
    "Accounts": "Sign up, log in, show my data.",
    "Requests": "Send a voice, list and erase requests, make faces again.",
    "Results": "Watch a job, look at the faces, rate them.",
    "Media": "Recordings, pictures and videos, by signed links that expire.",
    "Health": "For the operator of the service.",
}

SECURITY_SCHEMES: dict[str, Any] = {
    "token": SecurityScheme(type="apiKey", name="Token", security_scheme_in="header"),
    "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
}

COMMON_ERRORS = {400, 408, 431, 500, 503}
TOKEN_ERRORS = {401}
BODY_ERRORS = {413, 415, 422}

NEW_IDS = {
    "submit": {"request_id": "mz_request_id", "result_id": "mz_result_id", "job_id": "job_id"},
    "regenerate": {"request_id": "mz_request_id", "result_id": "regenerate_mz_result_id", "job_id": "job_id"},
}
"""The operations that create something: for each path parameter of others, the field of the response with its value."""


def operations(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Yield path, method and handler of every documented operation, by tag and then as in the source."""
    found = [
        (route.path_format, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.resolve_include_in_schema()
    ]
    for path, handler in sorted(found, key=lambda entry: _position(entry[1])):
        for method in handler.http_methods:
            yield path, method.lower(), handler


def _position(handler: HTTPRouteHandler) -> tuple[int, str, int]:
    code = handler.fn.__code__
    return list(TAGS).index(handler.resolve_tags()[0]), code.co_filename, code.co_firstlineno


def structs_of(handler: HTTPRouteHandler) -> set[type]:
    """Return the structs of the body and of the response of a handler."""
    candidates = (body_struct(handler), handler.parsed_fn_signature.return_type.annotation)
    return {
        struct for struct in candidates if isinstance(struct, type) and issubclass(struct, msgspec.Struct)
    }


def build_operation(litestar_operation: Document, handler: HTTPRouteHandler) -> Document:
    """Return Litestar's operation with its description, its body, its errors and its security."""
    summary, _, description = inspect.cleandoc(handler.fn.__doc__ or "").partition("\n")
    errors = {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in _error_statuses(handler)
    }
    operation: Document = {
        **litestar_operation,
        "summary": summary.rstrip("."),
        "description": description.strip(),
        "responses": _successes(litestar_operation, handler) | errors,
    }
    if needs_caller(handler):
        operation["security"] = [{name: []} for name in SECURITY_SCHEMES]
    if content := _body(handler):
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _successes(litestar_operation: Document, handler: HTTPRouteHandler) -> Document:
    description = inspect.getdoc(handler.parsed_fn_signature.return_type.annotation) or "Done."
    from_signature = {
        status: {**response, "description": description if "content" in response else "Done."}
        for status, response in litestar_operation["responses"].items()
        if status.startswith("2")
    }
    successes: Document = handler.opt.get("successes", from_signature)
    return successes


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
    statuses = COMMON_ERRORS | set(handler.opt.get("problems", ()))
    if needs_caller(handler):
        statuses |= TOKEN_ERRORS
    if body_struct(handler):
        statuses |= BODY_ERRORS
    return sorted(statuses)


def link_new_ids(
    paths: Mapping[str, Mapping[str, Document]], operation_id: str, ids: Mapping[str, str]
) -> None:
    """Link an operation that creates something to every operation that takes the new ids in its path."""
    all_operations = [operation for methods in paths.values() for operation in methods.values()]
    source = next(operation for operation in all_operations if operation["operationId"] == operation_id)
    source["responses"]["201"]["links"] = {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "parameters": {name: f"$response.body#/{ids[name]}" for name in sorted(names)},
        }
        for operation in all_operations
        if (names := _path_parameters(operation)) and names <= ids.keys()
    }


def _path_parameters(operation: Document) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "path"}
