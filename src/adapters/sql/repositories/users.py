"""The users, as rows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.account_mappers import to_user, user_columns
from adapters.sql.due_selects import DUE_USERS, IDLE_USERS, USERS_WHO_CAME_BACK
from adapters.sql.models import UserRow
from adapters.sql.repositories.account_rows import remove_rows_of
from adapters.sql.repositories.rows import Rows
from adapters.sql.turns import SqlTurns
from application.ports.account_repositories import RemovedRows
from domain.ids import UserId
from domain.user import User

_EXISTING = select(UserRow.id).where(UserRow.id.in_(bindparam("user_ids", expanding=True)))


class SqlUserRepository:
    """Implements `UserRepository`; the unique key refuses an address that is taken."""

    def __init__(self, session: AsyncSession, turns: SqlTurns) -> None:
        self._session = session
        self._turns = turns
        self._rows = Rows(UserRow, session)

    async def add(self, user: User) -> None:
        """Insert at once, so that `EmailTaken` is raised here."""
        await self._rows.add(UserRow(**user_columns(user)))
        await self._turns.add(user)

    async def get(self, user_id: UserId) -> User | None:
        """Select by key."""
        row = await self._rows.find(id=user_id)
        return to_user(row) if row else None

    async def find(self, email: str) -> User | None:
        """Select by e-mail address."""
        row = await self._rows.find(email=email)
        return to_user(row) if row else None

    async def lock(self, user_id: UserId) -> User | None:
        """Select by key, for update."""
        row = await self._rows.find(id=user_id, locked=True)
        return to_user(row) if row else None

    async def save(self, user: User) -> None:
        """Update by key."""
        await self._rows.save(user.id, user_columns(user))

    async def remove(self, user: User) -> RemovedRows:
        """Delete the row after those that refer to it."""
        return await remove_rows_of(self._session, user.id)

    async def existing(self, user_ids: Collection[UserId]) -> set[UserId]:
        """Select by keys."""
        found = await self._session.scalars(_EXISTING, {"user_ids": sorted(user_ids)})
        return {UserId(one) for one in found}

    async def idle(self, since: datetime, limit: int) -> Sequence[UserId]:
        """Select by the index of when they were last here."""
        found = await self._session.scalars(IDLE_USERS, {"since": since, "most": limit})
        return [UserId(one) for one in found]

    async def came_back(self, since: datetime, limit: int) -> Sequence[UserId]:
        """Select by the index of erasures."""
        found = await self._session.scalars(USERS_WHO_CAME_BACK, {"since": since, "most": limit})
        return [UserId(one) for one in found]

    async def due_for_erasure(self, now: datetime, limit: int) -> Sequence[UserId]:
        """Select by the index of erasures."""
        found = await self._session.scalars(DUE_USERS, {"now": now, "most": limit})
        return [UserId(one) for one in found]
