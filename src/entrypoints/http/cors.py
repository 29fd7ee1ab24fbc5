"""Requests from pages of other origins (CORS).

The fields do not depend on whether the request names an origin, except where the settings name some: a browser keeps
one answer for an `<img>`, which sends no `Origin`, and for a `fetch` of the same address, which does.
"""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response
from litestar.config.cors import CORSConfig
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from entrypoints.composition.media_links import MEDIA_PATH
from entrypoints.http.errors import answer_error
from entrypoints.http.keyed_calls.answers import REPLAYED
from entrypoints.http.rate_limit_fields import RATE_LIMIT_FIELDS
from entrypoints.http.request_errors import OriginNotAllowed
from entrypoints.http.tracing import TRACE_HEADER

EXPOSED_HEADERS = (
    "Accept-Ranges",
    "Content-Disposition",
    "Content-Range",
    "ETag",
    REPLAYED,
    "Retry-After",
    "WWW-Authenticate",
    *RATE_LIMIT_FIELDS,
    TRACE_HEADER,
)
"""The response headers that a page of another origin may read."""
METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
PREFLIGHT_SECONDS = 600
"""How long a browser may remember the answer to a preflight."""

_EXPOSE = (b"access-control-expose-headers", ", ".join(EXPOSED_HEADERS).encode())
_ALLOW_ORIGIN = b"access-control-allow-origin"
_VARY = (b"vary", b"Origin")

FOR_ANY_PAGE = [(_ALLOW_ORIGIN, b"*"), _EXPOSE, _VARY]
"""The fields of an answer that every page may read."""


class Cors:
    """Which pages may read the answers: those of the origins in the settings, and any page those to media links.

    A media link gives access by itself, without a cookie or a token, so the origin of a page says nothing more.
    """

    def __init__(self, origins: Sequence[str]) -> None:
        self._config = CORSConfig(allow_origins=list(origins))

    def fields(self, scope: HTTPScope) -> list[tuple[bytes, bytes]]:
        """Return the fields of any answer to a request."""
        if self._is_for_any_page(scope):
            return FOR_ANY_PAGE
        origin = _header(scope, b"origin")
        if origin is None or not self._config.is_origin_allowed(origin):
            return [_VARY]
        return [(_ALLOW_ORIGIN, origin.encode("latin-1")), _EXPOSE, _VARY]

    async def answer_preflight(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer with what the page may send, or with the problem `OriginNotAllowed`."""
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        origin = _header(scope, b"origin") or ""
        answer: Response[Any]
        if self._is_for_any_page(scope) or self._config.is_origin_allowed(origin):
            answer = Response(None, status_code=204, headers=_preflight_fields(scope))
        else:
            answer = answer_error(request, OriginNotAllowed())
        await answer.to_asgi_response(app=None, request=request)(scope, receive, send)

    def _is_for_any_page(self, scope: HTTPScope) -> bool:
        return self._config.is_allow_all_origins or scope["path"].startswith(f"{MEDIA_PATH}/")


class Preflights:
    """Answers browsers that ask what a page of another origin may send; passes everything else on."""

    def __init__(self, app: ASGIApp, cors: Cors) -> None:
        self._app = app
        self._cors = cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == ScopeType.HTTP and is_preflight(scope):
            await self._cors.answer_preflight(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def is_preflight(scope: HTTPScope) -> bool:
    """Tell whether a browser asks what a page of another origin may send."""
    return scope["method"] == "OPTIONS" and _header(scope, b"origin") is not None


def _preflight_fields(scope: HTTPScope) -> dict[str, str]:
    """Return the fields that allow every method, and every header that the browser asks for."""
    fields = {"Access-Control-Allow-Methods": METHODS, "Access-Control-Max-Age": str(PREFLIGHT_SECONDS)}
    if headers := _header(scope, b"access-control-request-headers"):
        fields["Access-Control-Allow-Headers"] = headers
    return fields


def _header(scope: HTTPScope, name: bytes) -> str | None:
    value = next((value for key, value in scope["headers"] if key == name), None)
    return None if value is None else value.decode("latin-1")
