"""Keeps the answers to calls with an idempotency key."""

from collections.abc import Callable
from http import HTTPStatus

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from application.keyed_calls.begin import BeginCall
from application.keyed_calls.end import EndCall
from application.keyed_calls.running import RunningCall
from domain.keyed_call import KeptAnswer
from entrypoints.http.keyed_calls.call import CHANGING_METHODS, KEY_HEADER, KeyedRequest


class KeyedCalls:
    """Wraps the application: an answer is sent when it is kept, so that a client that has it can rely on it.

    A refusal has changed nothing and is not kept: the user may mend what it names, and the same key is free for that.
    """

    def __init__(
        self, app: ASGIApp, begin_call: Callable[[], BeginCall], end_call: Callable[[], EndCall]
    ) -> None:
        self._app = app
        self._begin_call = begin_call
        self._end_call = end_call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one without a key passes as it is."""
        if (
            scope["type"] != ScopeType.HTTP
            or scope["method"] not in CHANGING_METHODS
            or KEY_HEADER not in Headers.from_scope(scope)
        ):
            await self._app(scope, receive, send)
            return
        request = KeyedRequest(scope, self._begin_call())
        with request.running as running:
            await self._app(scope, receive, _Keeping(running, self._end_call(), send))


class _Keeping:
    """Sends an answer when all of it is there and kept; one that nothing is kept of, as it comes."""

    def __init__(self, running: RunningCall, end_call: EndCall, send: Send) -> None:
        self._running = running
        self._end_call = end_call
        self._send = send
        self._start: HTTPResponseStartEvent | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Take the next part of the answer."""
        if self._running.begun is None:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message["body"]
            if not message["more_body"]:
                await self._end(self._start)
                await self._send(self._start)
                await self._send({**message, "body": bytes(self._body)})

    async def _end(self, start: HTTPResponseStartEvent) -> None:
        call, status = self._running.begun, start["status"]
        if call is None:
            return
        if status >= HTTPStatus.BAD_REQUEST:
            await self._end_call(call, None)  # what was kept by a commit whose own answer was lost stays
        elif not self._running.is_kept:
            media_type = Headers(start["headers"]).get("content-type", "") if self._body else ""
            await self._end_call(
                call, KeptAnswer(status=status, media_type=media_type, body=bytes(self._body))
            )
