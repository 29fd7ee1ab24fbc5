"""The erasures, as rows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, false, insert, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.mappers import erasure_columns, to_erasure
from adapters.sql.models import DUE_ERASURE_INDEX, ErasureRow
from adapters.sql.repositories.rows import Rows, write
from domain.erasure import Erasure
from domain.ids import ErasureId

_ERASURES = cast("Table", ErasureRow.__table__)
_row = _ERASURES.c
_ADD = insert(_ERASURES)
# If MySQL chose to read and sort the whole table, it would lock all the rows that it reads.
_LOCK_DUE = (
    select(_ERASURES)
    .with_hint(_ERASURES, f"FORCE INDEX ({DUE_ERASURE_INDEX})", "mysql")
    .where(_row.due_at <= bindparam("now"))
    .order_by(_row.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_REMOVE = delete(_ERASURES).where(_row.id == bindparam("erasure_id"))
_NOT_FORGOTTEN = select(_row.id).where(_row.is_forgotten == false())
_FORGET = (
    update(_ERASURES).where(_row.id.in_(bindparam("ids", expanding=True))).values({_row.is_forgotten: true()})
)


class SqlErasureRepository:
    """Implements `ErasureRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(ErasureRow, session)

    async def add(self, erasures: Collection[Erasure]) -> None:
        """Insert at once."""
        if erasures:
            columns = [erasure_columns(one) for one in erasures]
            await (await self._session.connection()).execute(_ADD, columns)

    async def lock_due(self, now: datetime, limit: int) -> Sequence[Erasure]:
        """Select by the index, for update."""
        connection = await self._session.connection()
        return [to_erasure(row) for row in await connection.execute(_LOCK_DUE, {"now": now, "most": limit})]

    async def lock(self, erasure_id: ErasureId) -> Erasure | None:
        """Select by key, for update."""
        row = await self._rows.find(id=erasure_id, locked=True)
        return to_erasure(row) if row else None

    async def save(self, erasure: Erasure) -> None:
        """Update by key."""
        await self._rows.save(erasure.id, erasure_columns(erasure))

    async def remove(self, erasure: Erasure) -> None:
        """Delete by key."""
        await write(self._session, _REMOVE, {"erasure_id": erasure.id})

    async def not_forgotten(self) -> Collection[ErasureId]:
        """Select all: there are few."""
        return [ErasureId(found) for found in await self._session.scalars(_NOT_FORGOTTEN)]

    async def forget(self, erasure_ids: Collection[ErasureId]) -> None:
        """Update by keys."""
        await write(self._session, _FORGET, {"ids": sorted(erasure_ids)})
