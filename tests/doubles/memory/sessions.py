"""The sessions in memory, on one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.ids import SessionId, UserId
from domain.session import EndedSession, Session
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemorySessionRepository:
    """Implements `SessionRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, session: Session) -> None:
        """Add a session; its user must be locked."""
        self._transaction.require_lock(session.user_id)
        await self._transaction.lock(session.id)
        self._transaction.sessions.put(session.id, session)

    @pausing
    async def lock(self, session_id: SessionId) -> Session | None:
        """Look it up, locked."""
        await self._transaction.lock(session_id)
        return self._transaction.sessions.get(session_id)

    async def lock_of_user(self, user_id: UserId) -> Sequence[Session]:
        """Search all, and lock what is found."""
        found = sorted(one.id for one in self._transaction.sessions.all() if one.user_id == user_id)
        return [one for key in found if (one := await self.lock(key)) is not None]

    async def lock_oldest(self, user_id: UserId, *, keep: int) -> Sequence[Session]:
        """Search all, and lock all of the user."""
        found = await self.lock_of_user(user_id)
        newest_first = sorted(found, key=lambda one: (one.last_used_at, one.id), reverse=True)
        return newest_first[keep:]

    async def save(self, session: Session) -> None:
        """Replace it; it must be locked."""
        self._transaction.require_lock(session.id)
        self._transaction.sessions.put(session.id, session)

    async def end(self, ended: Iterable[EndedSession]) -> None:
        """Remove them; they must be locked."""
        for one in ended:
            self._transaction.require_lock(one.id)
            self._transaction.sessions.remove(one.id)
            self._transaction.ended_sessions.put(one.id, one)

    @pausing
    async def remove_old(self, now: datetime) -> int:
        """Search all."""
        expired = [one.id for one in self._transaction.sessions.all() if one.expires_at <= now]
        for key in expired:
            await self._transaction.lock(key)
            self._transaction.sessions.remove(key)
        forgotten = [one.id for one in self._transaction.ended_sessions.all() if one.forget_at <= now]
        for key in forgotten:
            self._transaction.ended_sessions.remove(key)
        return len(expired) + len(forgotten)
