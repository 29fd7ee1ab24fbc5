"""Which sessions have ended, as one process knows it."""

import asyncio
import logging
from collections.abc import Iterable
from contextvars import Context
from datetime import datetime, timedelta

from application.errors import ServiceUnavailable, SessionEnded
from application.ports.clock import Clock
from application.ports.views import Views
from domain.ids import SessionId
from domain.session import EndedSession

READ_AFTER = timedelta(seconds=3)
"""How old what was read may be before it is read again, beside the work."""
TOO_OLD = timedelta(seconds=8)
"""How old it may be before a caller waits for it to be read again: a session that has ended is refused after that."""
OVERLAP = timedelta(minutes=2)
"""How far back is read again: a session may have ended in a transaction that took long, or by a clock that is late."""
LOOK_SECONDS = 2.0
"""How often what lasts long looks whether its session has ended."""

log = logging.getLogger(__name__)


class EndedSessions:
    """Refuses the sessions that have ended, on any process, without a statement in each request.

    It reads at most every few seconds, for all callers at once, and nothing while there are none.
    """

    def __init__(self, views: Views, clock: Clock) -> None:
        self._views = views
        self._clock = clock
        self._forget_at: dict[SessionId, datetime] = {}
        self._read_at: datetime | None = None
        self._reading: asyncio.Task[None] | None = None

    async def require_open(self, session_id: SessionId) -> None:
        """Raise `SessionEnded` for a session that has ended, `ServiceUnavailable` if that cannot be known."""
        if self._is_older_than(READ_AFTER):
            if self._reading is None or self._reading.done():
                self._reading = asyncio.create_task(self._read(), context=Context())
            if self._is_older_than(TOO_OLD):
                await asyncio.shield(self._reading)
                if self._is_older_than(TOO_OLD):
                    raise ServiceUnavailable("database")
        if session_id in self._forget_at:
            raise SessionEnded

    async def wait_for_end(self, session_id: SessionId, expires_at: datetime) -> None:
        """Return when the session has ended or `expires_at` is over, some seconds later at most."""
        while (left := (expires_at - self._clock()).total_seconds()) > 0:
            await asyncio.sleep(min(left, LOOK_SECONDS))
            try:
                await self.require_open(session_id)
            except SessionEnded:
                return
            except ServiceUnavailable as unavailable:
                log.warning(
                    "which sessions have ended is read again: %s does not answer", unavailable.service
                )

    def add(self, ended: Iterable[EndedSession]) -> None:
        """Refuse these sessions from now on; on other processes that takes some seconds."""
        self._forget_at.update((one.id, one.forget_at) for one in ended)

    def _is_older_than(self, age: timedelta) -> bool:
        """Tell whether what was read is older; after a clock was set back that cannot be known."""
        return self._read_at is None or not timedelta(0) <= self._clock() - self._read_at < age

    async def _read(self) -> None:
        now = self._clock()
        since = None if self._read_at is None else min(self._read_at, now) - OVERLAP
        try:
            ended = await self._views.ended_sessions(since)
        except ServiceUnavailable as unavailable:
            log.warning("which sessions have ended is read again: %s does not answer", unavailable.service)
            return
        for session_id in [one for one, forget_at in self._forget_at.items() if forget_at <= now]:
            del self._forget_at[session_id]
        self.add(ended)
        self._read_at = now
