"""Claims: an update under a condition, then one select of what was claimed."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.mappers import AnyRow, Columns, to_generation, to_request
from adapters.sql.models import FaceRequestRow, GenerationRow
from application.ports.claims import ClaimedGeneration
from domain.errors import ClaimRefused
from domain.generation import State
from domain.ids import GenerationId

_GENERATIONS, _REQUESTS = cast("Table", GenerationRow.__table__), cast("Table", FaceRequestRow.__table__)
_generation = _GENERATIONS.c

_TAKE = (
    update(_GENERATIONS)
    .where(
        _generation.id == bindparam("generation_id"),
        _generation.state == State.QUEUED,
        or_(_generation.faults == 0, _generation.due_at <= bindparam("now")),
    )
    .values(
        state=State.RUNNING,
        attempt=_generation.attempt + 1,
        lease_until=bindparam("lease_until"),
        claimed_at=bindparam("now"),
        stage=None,
        percent=0,
    )
)
"""The rule of `Generation.claim` as a condition; the contract tests of `Claims` keep the two equal."""

_WITH_REQUEST = (
    select(_GENERATIONS, _REQUESTS)
    .join_from(_GENERATIONS, _REQUESTS)
    .where(_generation.id == bindparam("generation_id"))
)


class SqlClaims:
    """Implements `Claims`: two round trips on MySQL, where a transaction would take three."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine) -> None:
        self._open: Callable[[], AbstractAsyncContextManager[AsyncConnection]]
        # On SQLite readers may not write; on MySQL a statement outside a transaction is committed at once.
        self._open = writing.begin if writing.dialect.name == "sqlite" else reading.connect

    async def take(
        self, generation_id: GenerationId, now: datetime, lease: timedelta
    ) -> ClaimedGeneration | None:
        """Update, then select by key."""
        key = {"generation_id": generation_id}
        with waiting_for_a_connection():
            async with self._open() as connection:
                taken = await connection.execute(_TAKE, key | {"now": now, "lease_until": now + lease})
                found = await connection.execute(_WITH_REQUEST, key)
                row = found.one_or_none()
        if row is None:
            return None
        generation = to_generation(GenerationRow(**_columns_of(_GENERATIONS, row)))
        if not taken.rowcount:
            generation.claim(now, lease)  # raises the reason
        if not taken.rowcount or generation.lease_until != now + lease:
            raise ClaimRefused("Another worker has claimed it.")
        request = to_request(FaceRequestRow(**_columns_of(_REQUESTS, row)))
        return ClaimedGeneration(generation=generation, request=request)


def _columns_of(table: Table, row: AnyRow) -> Columns:
    """Return the columns of one of the joined tables."""
    return {column.name: row._mapping[column] for column in table.c}
