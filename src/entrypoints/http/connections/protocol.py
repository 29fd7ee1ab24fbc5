"""One connection: uvicorn's protocol with limits."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from application.log_context import LogContext
from domain.ids import new_id
from entrypoints.composition.setting_sections import HttpSettings
from entrypoints.http.connections.answers import answer_of
from entrypoints.http.connections.lingering import LingeringTransport
from entrypoints.http.connections.registry import Connections, Group
from entrypoints.http.connections.times import Times
from entrypoints.http.connections.unsent import unsent_bytes
from entrypoints.http.request_errors import (
    BadRequest,
    HeadTooLarge,
    RequestRefused,
    TooManyConnections,
    TooSlow,
)

MOST_PIPELINED = 50
"""Requests that may wait behind an unfinished one: each takes some kilobytes."""
VERSIONS = ("1.0", "1.1")
"""The parser takes 0.9 and 2.0, too, which are other protocols."""
BODY_FIELDS = (b"content-length", b"transfer-encoding")

log = logging.getLogger(__name__)


class Connection(HttpToolsProtocol):
    """Bounds what a client may send, how long it may take, and how long it may leave an answer unread.

    What goes beyond a limit is answered in place of the application, where no answer has begun. Then the connection
    takes what the client still sends, so that the client can read the answer, and closes.
    """

    groups: Sequence[Group] = ()
    """Where the connection is counted; `Connections` keeps them."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        connections: Connections,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._all = connections
        self._limits: HttpSettings = connections.limits
        self._most_bytes = self._limits.head_kilobytes * 1024
        self._running: RequestResponseCycle | None = None
        self._times = Times(self._limits, self.loop.time())
        self._fields = 0
        self._unfinished = 0
        """Bytes since the last one that ended a head or belonged to a body: of a head, of trailers, or of neither."""
        self._progressed = False
        self._is_leaving = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Count the connection, or refuse it where there is no room."""
        super().connection_made(transport)
        if not self._all.admit(self):
            self._refuse(TooManyConnections())

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application, and make room."""
        self._all.forget(self)
        if self._running is not None:
            self._tell_that_client_left(self._running)  # uvicorn tells the newest request only
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, in pieces that cannot take a head beyond its limit."""
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        while rest and not self._is_leaving:
            piece = rest[: self._most_bytes - self._unfinished] if self._most_bytes else rest
            self._progressed = False
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade as upgrade:  # a wish that HTTP allows to ignore
                piece = piece[: upgrade.args[0]]
            except httptools.HttpParserError as error:
                self._refuse(
                    error.__context__ if isinstance(error.__context__, RequestRefused) else BadRequest()
                )
                return
            self._unfinished = 0 if self._progressed else self._unfinished + len(piece)
            if self._unfinished >= self._most_bytes > 0:
                self._refuse(HeadTooLarge())
            rest = rest[len(piece) :]
        if self._unfinished:
            self._times.begin_head(self.loop.time())

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._fields = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of a head; those behind a body are counted and not used. Raises `HeadTooLarge`."""
        self._fields += 1
        if self._fields > self._limits.fields > 0:
            raise HeadTooLarge
        if not self._times.is_in_body:
            super().on_header(name, value.rstrip(b" \t"))  # the parser leaves the white space behind a value

    def on_headers_complete(self) -> None:
        """Begin to work on a request; raises `BadRequest` for one of too many, and for one whose end is not clear."""
        self._progressed = True
        if self.parser.get_http_version() not in VERSIONS:
            raise BadRequest("Send the request as HTTP/1.1.")
        if len(self.pipeline) >= MOST_PIPELINED:
            raise BadRequest("Too many requests wait for their answers on this connection.")
        if self.parser.should_upgrade() and any(name in BODY_FIELDS for name, _ in self.headers):
            raise BadRequest(
                "A request with a body cannot ask for another protocol."
            )  # the parser skips the body
        super().on_headers_complete()
        self.cycle.transport = cast("Any", LingeringTransport(self.transport, self._close_after_answer))
        self._times.begin_body(self.loop.time())
        self._all.works(self)

    def on_body(self, body: bytes) -> None:
        """Take a part of a body; it gives the client more time for the rest, unless the answer is there already."""
        self._progressed = True
        if not self.cycle.response_complete:
            self._times.take_body(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._progressed = True
        self._times.end_body()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is there, or there will be none."""
        if self._is_leaving:
            return
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._all.waits(self)

    def resume_writing(self) -> None:
        """Go on sending: the client has read something."""
        self._times.send(self.loop.time())
        super().resume_writing()

    def check(self, now: float, elapsed: float) -> None:
        """Close the connection if its client is too slow; `elapsed` are the seconds since the last check."""
        times = self._times
        if times.is_answer_left(unsent_bytes(self.transport), now):
            self.hang_up("the client reads nothing")
        elif self.transport.is_closing():
            return
        elif times.is_in_body:
            if self.flow.read_paused:  # we let the client wait
                times.wait(elapsed)
            if times.is_body_late(now):
                self._refuse(TooSlow())
        elif self._running is not None and not self._running.response_complete:
            times.restart_head(now)  # the client may well wait for its answer before it sends the rest
        elif times.is_head_late(now):
            if self._unfinished:
                self._refuse(TooSlow())
            else:
                self.hang_up("no request came")

    def hang_up(self, reason: str) -> None:
        """Close the connection at once."""
        log.debug("closed a connection: %s", reason)
        self.transport.abort()

    def shutdown(self) -> None:
        """Close the connection as soon as its answer is sent."""
        if self._is_leaving:
            self.transport.abort()
        else:
            super().shutdown()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _refuse(self, error: RequestRefused) -> None:
        is_free = self._is_free_for_answer()
        self._is_leaving = True
        trace_id = new_id()
        with LogContext(trace_id=trace_id, address=self._all.loggable_address(self)):
            log.info("refused a request or a connection: %s", error.code)
        if self._running is not None and not self._running.response_complete:
            self._tell_that_client_left(self._running)
        if not is_free:
            self.transport.close()
            return
        path = self.scope["path"] if self._times.is_in_body else ""
        self.transport.write(answer_of(error, path, trace_id, self.server_state.default_headers))
        self._linger()

    def _close_after_answer(self) -> None:
        if self._times.is_in_body and not self.transport.is_closing():
            self._linger()
        else:
            self.transport.close()

    def _linger(self) -> None:
        """Send what is to be sent, and take what the client still sends until it closes or has had its time."""
        self._is_leaving = True
        self.transport.write_eof()
        self.flow.resume_reading()
        self._all.leave(self)

    def _is_free_for_answer(self) -> bool:
        """Tell whether an answer to the newest request, or to the head that is coming, would be the next one."""
        if self._running is None or self._running.response_complete:
            return not self._times.is_in_body
        return self._running is self.cycle and self._times.is_in_body and not self.cycle.response_started

    @staticmethod
    def _tell_that_client_left(cycle: RequestResponseCycle) -> None:
        if not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
