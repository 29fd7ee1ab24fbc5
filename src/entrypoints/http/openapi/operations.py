"""The operations of the document: what Litestar says about a handler, completed by this package.

Whether an operation takes a token and a body follows from the signature of its handler. A handler may add options:
`problems` are error statuses of its own, `successes` are success responses that are not JSON, with `tells_quotas`
successes carry the RateLimit fields, `takes_refresh_cookie` says what an operation takes in place of a token, and with
`takes_no_key` an idempotency key does not count. `answer` is for `http/keyed_calls/answers.py`.
"""

import inspect
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar, Response
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import SecurityScheme
from litestar.routes import HTTPRoute

from domain.consent import ConsentPolicy
from entrypoints.http.bodies.form_request import JSON, MULTIPART, URL_ENCODED, body_struct
from entrypoints.http.bodies.uploads import takes_file
from entrypoints.http.dependencies import may_take_token, needs_caller, takes_key
from entrypoints.http.keyed_calls.answers import REPLAYED
from entrypoints.http.keyed_calls.call import KEY_HEADER, KEY_PATTERN, LONGEST_KEY
from entrypoints.http.openapi.demands import as_demanded
from entrypoints.http.openapi.schemas import Document, as_form, schema_of, with_file
from entrypoints.http.rate_limit_fields import RATE_LIMIT_FIELDS
from entrypoints.http.refresh_cookie import COOKIE

TAGS = {
    "Service": "What holds for all who want to use it.",
    "Accounts": "Sign up, log in, show my data.",
    "Consent": "The privacy notice, and what I agreed to.",
    "Sessions": "Log in and out as a page, see where I am logged in, change my password.",
    "Requests": "Send a voice, list and erase requests, make faces again.",
    "Results": "Watch a job, look at the faces, rate them.",
    "Sharing": "Show a voice face to others for some days.",
    "Media": "Recordings, pictures and videos, by signed links that expire.",
    "Health": "For the operator of the service.",
}

SECURITY_SCHEMES: dict[str, Any] = {
    "token": SecurityScheme(type="apiKey", name="Token", security_scheme_in="header"),
    "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
}
REFRESH_COOKIE = {"refresh": SecurityScheme(type="apiKey", name=COOKIE, security_scheme_in="cookie")}

WITH_TOKEN: list[dict[str, list[str]]] = [{name: []} for name in SECURITY_SCHEMES]
"""The security of an operation that needs a token; before it, an empty object says that it also works without one."""

COMMON_ERRORS = {400, 408, 431, 500, 503}
TOKEN_ERRORS = {401}
KEY_ERRORS = {409, 422, 429}
BODY_ERRORS = {413, 415, 422}


KEY_PARAMETER: Document = {
    "name": KEY_HEADER,
    "in": "header",
    "required": False,
    "description": "A word of the client's choice, one for each call: repeating the call with it within 24 hours has "
    "no second effect, and gives the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": KEY_PATTERN},
}


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
    candidates = (body_struct(handler), _answer(handler))
    return {
        struct for struct in candidates if isinstance(struct, type) and issubclass(struct, msgspec.Struct)
    }


def build_operation(
    litestar_operation: Document, handler: HTTPRouteHandler, policy: ConsentPolicy
) -> Document:
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
        operation["security"] = WITH_TOKEN
    elif may_take_token(handler):
        operation["security"] = [{}, *WITH_TOKEN]
    elif handler.opt.get("takes_refresh_cookie"):
        operation["security"] = [{name: []} for name in REFRESH_COOKIE]
    if takes_key(handler):
        operation["parameters"] = [*operation.get("parameters", ()), KEY_PARAMETER]
    if content := _body(handler, policy):
        is_required = any(kind["schema"]["required"] for kind in content.values())
        operation["requestBody"] = {"required": is_required, "content": content}
    return operation


def _successes(litestar_operation: Document, handler: HTTPRouteHandler) -> Document:
    description = inspect.getdoc(_answer(handler)) or "Done."
    from_signature = {
        status: {
            **response,
            "description": description if "content" in response else "Done.",
            **_fields(handler),
        }
        for status, response in litestar_operation["responses"].items()
        if status.startswith("2")
    }
    successes: Document = handler.opt.get("successes", from_signature)
    return successes


def _answer(handler: HTTPRouteHandler) -> Any:
    """Return what a handler returns, inside `Response[…]` where it sets headers."""
    returned = handler.parsed_fn_signature.return_type
    return returned.args[0] if returned.origin is Response else returned.annotation


def _fields(handler: HTTPRouteHandler) -> Document:
    """Return the headers that successes of a handler may have."""
    names = (
        *(RATE_LIMIT_FIELDS if handler.opt.get("tells_quotas") else ()),
        *((REPLAYED,) if takes_key(handler) else ()),
    )
    return {"headers": {name: {"schema": {"type": "string"}} for name in names}} if names else {}


def _body(handler: HTTPRouteHandler, policy: ConsentPolicy) -> Document:
    struct = body_struct(handler)
    if struct is None:
        return {}
    as_json = as_demanded(schema_of(struct), policy)
    form = as_form(as_json)
    if takes_file(handler):
        return {MULTIPART: {"schema": with_file(form)}}
    return {JSON: {"schema": as_json}, URL_ENCODED: {"schema": form}, MULTIPART: {"schema": form}}


def _error_statuses(handler: HTTPRouteHandler) -> list[int]:
    statuses = COMMON_ERRORS | set(handler.opt.get("problems", ()))
    if needs_caller(handler):
        statuses |= TOKEN_ERRORS
    if takes_key(handler):
        statuses |= KEY_ERRORS
    if body_struct(handler):
        statuses |= BODY_ERRORS
    return sorted(statuses)
