"""Every request names one host (RFC 9112, section 3.2)."""

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from entrypoints.http.errors import answer_error
from entrypoints.http.request_errors import BadRequest


class OneHost:
    """Refuses a request without `Host`, and one with several: servers on the way may have read another one.

    It wraps the whole application: Litestar takes the first one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != ScopeType.HTTP or [name for name, _ in scope["headers"]].count(b"host") == 1:
            await self._app(scope, receive, send)
            return
        request: Request[Any, Any, Any] = Request(scope, receive, send)
        answer = answer_error(request, BadRequest("The request must have the header field Host, once."))
        await answer.to_asgi_response(app=None, request=request)(scope, receive, send)
