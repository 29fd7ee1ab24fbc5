"""What every exchange passes, whatever becomes of it: HEAD, safe headers, one line in the log."""

import logging
from time import perf_counter
from typing import Any
from urllib.parse import quote

from litestar import Litestar, Request
from litestar.config.cors import CORSConfig
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from entrypoints.composition.media_links import MEDIA_PATH
from entrypoints.http.errors import answer_error
from entrypoints.http.refusals import OriginNotAllowed

SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

Headers = list[tuple[bytes, bytes]]

log = logging.getLogger(__name__)


class Front:
    """Stands before the framework, whose own middleware does not see what it refuses to route."""

    def __init__(self, app: Litestar, cors: CORSConfig) -> None:
        self._app = app.asgi_handler
        self._cors = cors
        self._methods = {
            route.path_format: set(route.methods) for route in app.routes if isinstance(route, HTTPRoute)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer HEAD like GET without a body, and log what was answered."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started, status, is_head, is_over = perf_counter(), 0, scope["method"] == "HEAD", False
        inner: HTTPScope = {**scope, "method": "GET"} if is_head else scope

        async def answer(message: Message) -> None:
            nonlocal status, is_over
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._dressed(inner, list(message["headers"]))
            elif is_head:
                if is_over:
                    return
                is_over = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        try:
            if self._is_refused_preflight(inner):
                await self._refuse_preflight(inner, receive, answer)
            else:
                await self._app(inner, receive, answer)
        finally:
            milliseconds = (perf_counter() - started) * 1000
            log.info("%s %s %s %.1f ms", scope["method"], loggable_path(inner), status or "-", milliseconds)

    def _dressed(self, scope: HTTPScope, headers: Headers) -> Headers:
        """Return the headers with the safe ones; nobody keeps what does not say that it may be kept."""
        names = [name.lower() for name, _ in headers]
        if b"allow" in names:
            headers[names.index(b"allow")] = (
                b"allow",
                self._allowed(scope, headers[names.index(b"allow")][1]),
            )
        if b"cache-control" not in names:
            headers.append((b"cache-control", b"no-store"))
        return [*headers, *SAFE_HEADERS]

    def _allowed(self, scope: HTTPScope, allowed: bytes) -> bytes:
        """Return the methods of a path: with HEAD, and whole where the framework lost some of them."""
        methods = self._methods.get(scope.get("path_template", ""), set()) | set(allowed.decode().split(", "))
        return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods)).encode()

    def _is_refused_preflight(self, scope: HTTPScope) -> bool:
        if scope["method"] != "OPTIONS":
            return False
        origin = dict(scope["headers"]).get(b"origin")
        return origin is not None and not self._cors.is_origin_allowed(origin.decode("latin-1"))

    async def _refuse_preflight(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        answer = answer_error(request, OriginNotAllowed())
        await answer.to_asgi_response(app=None, request=request)(scope, receive, send)


def loggable_path(scope: HTTPScope) -> str:
    """Return the path, unless it may hold what no log should: a link's token, or what somebody mistyped."""
    template = scope.get("path_template", "")
    if not template:
        return "(no such address)"
    return (
        template if template.startswith(MEDIA_PATH) else quote(scope["path"])
    )  # a line feed would begin a line
