"""What every request passes, also one that Litestar does not route."""

import logging
from time import perf_counter

from litestar import Litestar
from litestar.enums import ScopeType
from litestar.exceptions import LitestarException
from litestar.types import HTTPScope, Message, Receive, Scope, Send

from application.errors import ApplicationError
from entrypoints.http.access_log import log_request
from entrypoints.http.cors import Cors
from entrypoints.http.response_headers import completed, methods_by_path

log = logging.getLogger(__name__)


class OuterMiddleware:
    """Answers HEAD, completes the headers and logs each request.

    An answer that has begun and cannot go on is cut off: the server closes the connection where no end was sent.
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
        except LitestarException as error:
            if (reason := _reason_of(error)) is None:
                raise
            log.warning("an answer was cut off: %s", reason)
        finally:
            log_request(scope["method"], inner, status, started)


def _reason_of(error: BaseException | None) -> ApplicationError | None:
    """Return the error of a use case that Litestar and a task group have wrapped; None if there is no such error."""
    match error:
        case ApplicationError():
            return error
        case BaseExceptionGroup():
            return next(filter(None, map(_reason_of, error.exceptions)), None)
        case LitestarException():
            return _reason_of(error.__cause__)
        case _:
            return None
