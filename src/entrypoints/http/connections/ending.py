"""How a connection ends: with a refusal, after its last answer, or because its client is too slow."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from application.log_context import LogContext
from entrypoints.composition.setting_sections import HttpSettings
from entrypoints.http.connections.answers import answer_of
from entrypoints.http.connections.registry import Connections, Group
from entrypoints.http.connections.times import Times
from entrypoints.http.connections.unsent import unsent_bytes
from entrypoints.http.request_errors import RequestRefused, TooSlow
from entrypoints.http.tracing import new_trace_id

log = logging.getLogger(__name__)


class EndingProtocol(HttpToolsProtocol):
    """uvicorn's protocol, on which a client can read the last answer also while it still sends.

    A refusal is given in place of the application's answer where that has not begun; then the connection takes what
    the client still sends, and closes. Where good requests came before, they are answered, and the connection closes
    without the refusal.
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
        self._running: RequestResponseCycle | None = None
        self._times = Times(self._limits, self.loop.time())
        self._unfinished = 0
        """Bytes since the last one that ended a head or belonged to a body: of a head, of trailers, or of neither."""
        self._is_leaving = False
        """What the client still sends is not looked at."""
        self._lingers = False
        """The last answer was given."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the application, and make room."""
        self._all.forget(self)
        if self._running is not None:
            self._tell_that_client_left(self._running)  # uvicorn tells the newest request only
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is there, or there will be none."""
        if self._lingers:
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
        if self._lingers:
            self.transport.abort()
        else:
            super().shutdown()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def _refuse(self, error: RequestRefused) -> None:
        if self._is_leaving:
            return
        is_free = self._is_free_for_answer()
        self._is_leaving = True
        trace_id = new_trace_id()
        with LogContext(trace_id=trace_id, address=self._all.loggable_address(self)):
            log.info("refused a request or a connection: %s", error.code)
        if self._running is not None and not self._running.response_complete:
            if not self._is_in_body_of(self._running):
                self._answer_earlier_requests(self._running)
                return
            self._tell_that_client_left(self._running)
        if not is_free:
            self.transport.close()
            return
        path = self.scope["path"] if self._times.is_in_body else ""
        self.transport.write(answer_of(error, path, trace_id, self.server_state.default_headers))
        self._linger()

    def _answer_earlier_requests(self, running: RequestResponseCycle) -> None:
        """Answer the good requests that came before the one that is refused, and close."""
        if self._times.is_in_body:
            self.pipeline.popleft()
        last = self.pipeline[0][0] if self.pipeline else running
        last.keep_alive = False

    def _close_after_answer(self) -> None:
        still_sends = self._times.is_in_body or self._is_leaving
        if still_sends and not self.transport.is_closing():
            self._linger()
        else:
            self.transport.close()

    def _linger(self) -> None:
        """Send what is to be sent, and take what the client still sends until it closes or has had its time."""
        self._is_leaving = self._lingers = True
        self.transport.write_eof()
        self.flow.resume_reading()
        self._all.leave(self)

    def _is_free_for_answer(self) -> bool:
        """Tell whether an answer to the newest request, or to the head that is coming, would be the next one."""
        if self._running is None or self._running.response_complete:
            return not self._times.is_in_body
        return self._is_in_body_of(self._running) and not self.cycle.response_started

    def _is_in_body_of(self, cycle: RequestResponseCycle) -> bool:
        return cycle is self.cycle and self._times.is_in_body

    @staticmethod
    def _tell_that_client_left(cycle: RequestResponseCycle) -> None:
        if not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
