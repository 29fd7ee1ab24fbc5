"""The throttles, as rows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from adapters.sql.models import ThrottleRow
from adapters.sql.repositories.rows import write
from domain.throttling import Throttle

_THROTTLES = cast("Table", ThrottleRow.__table__)
_row = _THROTTLES.c
_IS_ONE_OF = _row.key.in_(bindparam("keys", expanding=True))
_READ = select(_row.key, _row.count, _row.since).where(_IS_ONE_OF)
_SAVE = (
    update(_THROTTLES)
    .where(_row.key == bindparam("row_key"))
    .values(count=bindparam("new_count"), since=bindparam("new_since"))
)
_TAKE_BACK = update(_THROTTLES).where(_IS_ONE_OF, _row.count > 0).values(count=_row.count - 1)
_REMOVE = delete(_THROTTLES).where(_IS_ONE_OF)
_IS_OLD = _row.since < bindparam("before")
_OLD = select(_row.key).where(_IS_OLD).limit(bindparam("most"))
_REMOVE_OLD = delete(_THROTTLES).where(_IS_ONE_OF, _IS_OLD)
_INSERT_OR_TOUCH = {
    # INSERT IGNORE would take a shared lock, with which two transactions block each other.
    "mysql": mysql.insert(_THROTTLES).on_duplicate_key_update(count=_row.count),
    "sqlite": sqlite.insert(_THROTTLES).on_conflict_do_nothing(),
}
"""By the name of the dialect; built once, from tables, which costs least."""


class SqlThrottleRepository:
    """Implements `ThrottleRepository`.

    MySQL locks no row that does not exist. So a row is inserted or, where it exists, written as it is: either locks it
    alone, in the order of the keys, until the end of the transaction.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def read(self, keys: Collection[str]) -> Sequence[Throttle]:
        """Select by keys."""
        return await self._read(await self._session.connection(), keys)

    async def lock(self, keys: Collection[str], now: datetime) -> Sequence[Throttle]:
        """Insert or touch, then select: nothing can change these rows any more."""
        connection = await self._session.connection()
        new = [asdict(Throttle(key, 0, now)) for key in sorted(keys)]
        await connection.execute(_INSERT_OR_TOUCH[connection.dialect.name], new)
        return await self._read(connection, keys)

    async def save(self, throttles: Iterable[Throttle]) -> None:
        """Update by key."""
        changed = [{"row_key": one.key, "new_count": one.count, "new_since": one.since} for one in throttles]
        await (await self._session.connection()).execute(_SAVE, changed)

    async def take_back(self, keys: Collection[str]) -> None:
        """Subtract in the database."""
        await write(self._session, _TAKE_BACK, {"keys": sorted(keys)})

    async def remove(self, keys: Collection[str]) -> None:
        """Delete by keys."""
        await write(self._session, _REMOVE, {"keys": sorted(keys)})

    async def remove_old(self, before: datetime, limit: int) -> int:
        """Select without a lock, then delete by keys: a range would lock its rows in an order of its own.

        A row that was tried meanwhile is not old any more, and stays.
        """
        found = await self._session.scalars(_OLD, {"before": before, "most": limit})
        return await write(self._session, _REMOVE_OLD, {"keys": sorted(found), "before": before})

    async def _read(self, connection: AsyncConnection, keys: Collection[str]) -> list[Throttle]:
        rows = await connection.execute(_READ, {"keys": sorted(keys)})
        return [Throttle(*row) for row in rows]
