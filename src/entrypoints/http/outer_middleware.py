"""What every request passes, also one that Litestar does not route."""

from time import perf_counter

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from entrypoints.http.access_log import log_request
from entrypoints.http.cors import Cors
from entrypoints.http.response_headers import completed, methods_by_path


class OuterMiddleware:
    """Answers HEAD, completes the headers and logs each request.

    It wraps the whole application: Litestar's own middleware does not see the requests that Litestar does not route.
    """

    def __init__(self, app: Litestar, cors: Cors) -> None:
        self._app = app.asgi_handler
        self._cors = cors
        self._methods = methods_by_path(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; HEAD is answered like GET, without the body."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started, status, is_head, is_over = perf_counter(), 0, scope["method"] == "HEAD", False
        inner: HTTPScope = {**scope, "method": "GET"} if is_head else scope

        async def send_completed(message: Message) -> None:
            nonlocal status, is_over
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = completed(list(message["headers"]), inner, self._methods)
                message["headers"] = [*headers, *self._cors.fields(inner)]
            elif is_head:
                if is_over:
                    return
                is_over = True
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        try:
            await self._app(inner, receive, send_completed)
        finally:
            log_request(scope["method"], inner, status, started)
