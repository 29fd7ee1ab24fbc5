"""The sessions, as rows."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import cast

from sqlalchemy import Integer, Table, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.account_mappers import session_columns, to_session
from adapters.sql.models import EndedSessionRow, SessionRow
from adapters.sql.repositories.rows import Rows, write
from domain.ids import SessionId, UserId
from domain.session import EndedSession, Session

_SESSIONS = cast("Table", SessionRow.__table__)
_ENDED = cast("Table", EndedSessionRow.__table__)
_LOCK_OF_USER = (
    select(_SESSIONS)
    .where(_SESSIONS.c.user_id == bindparam("user_id"))
    .order_by(_SESSIONS.c.id)
    .with_for_update()
)
_LOCK_OLDEST = (
    select(_SESSIONS)
    .where(_SESSIONS.c.user_id == bindparam("user_id"))
    .order_by(_SESSIONS.c.last_used_at.desc(), _SESSIONS.c.id.desc())
    .limit(100)
    .offset(bindparam("keep", type_=Integer))
    .with_for_update()
)
_ADD = insert(_SESSIONS)
_REMOVE = delete(_SESSIONS).where(_SESSIONS.c.id.in_(bindparam("ids", expanding=True)))
_REMEMBER = insert(_ENDED)
_REMOVE_EXPIRED = delete(_SESSIONS).where(_SESSIONS.c.expires_at <= bindparam("now"))
_FORGET = delete(_ENDED).where(_ENDED.c.forget_at <= bindparam("now"))


class SqlSessionRepository:
    """Implements `SessionRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(SessionRow, session)

    async def add(self, session: Session) -> None:
        """Insert at once."""
        await write(self._session, _ADD, session_columns(session))

    async def lock(self, session_id: SessionId) -> Session | None:
        """Select by key, for update."""
        row = await self._rows.find(id=session_id, locked=True)
        return to_session(row) if row else None

    async def lock_of_user(self, user_id: UserId) -> Sequence[Session]:
        """Select by user, for update."""
        rows = await (await self._session.connection()).execute(_LOCK_OF_USER, {"user_id": user_id})
        return [to_session(row) for row in rows]

    async def lock_oldest(self, user_id: UserId, *, keep: int) -> Sequence[Session]:
        """Select by user, for update, what comes after the first `keep`."""
        values = {"user_id": user_id, "keep": keep}
        rows = await (await self._session.connection()).execute(_LOCK_OLDEST, values)
        return [to_session(row) for row in rows]

    async def save(self, session: Session) -> None:
        """Update by key."""
        await self._rows.save(session.id, session_columns(session))

    async def end(self, ended: Iterable[EndedSession]) -> None:
        """Delete by keys, and insert."""
        rows = [asdict(one) for one in ended]
        if rows:
            await write(self._session, _REMOVE, {"ids": [row["id"] for row in rows]})
            await (await self._session.connection()).execute(_REMEMBER, rows)

    async def remove_old(self, now: datetime) -> int:
        """Delete by both indexes."""
        expired = await write(self._session, _REMOVE_EXPIRED, {"now": now})
        return expired + await write(self._session, _FORGET, {"now": now})
