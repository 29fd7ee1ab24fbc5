"""Taking a generation: an update under a condition, then one look at what was taken."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.mappers import to_generation, to_request
from adapters.sql.models import FaceRequestRow, GenerationRow
from domain.errors import ClaimRefused
from domain.face_request import FaceRequest
from domain.generation import Generation, State
from domain.ids import GenerationId

_GENERATIONS, _REQUESTS = cast("Table", GenerationRow.__table__), FaceRequestRow.__table__
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
        stage=None,
        percent=0,
    )
)
"""What `Generation.claim` says, as a condition: the two are held together by their contract's tests."""

_WITH_REQUEST = (
    select(*_generation, *(column.label(f"its_{column.name}") for column in _REQUESTS.c))
    .join_from(_GENERATIONS, _REQUESTS)
    .where(_generation.id == bindparam("generation_id"))
)


class SqlClaims:
    """Keeps `Claims`: two round trips on MySQL, where a transaction of its own would take three."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine) -> None:
        self._open: Callable[[], AbstractAsyncContextManager[AsyncConnection]]
        # SQLite has one writer, and readers that may not write; on MySQL what is written without a transaction lasts.
        self._open = writing.begin if writing.dialect.name == "sqlite" else reading.connect

    async def take(
        self, generation_id: GenerationId, now: datetime, lease: timedelta
    ) -> tuple[Generation, FaceRequest] | None:
        """Update, then read by key."""
        key = {"generation_id": generation_id}
        with waiting_for_a_connection():
            async with self._open() as connection:
                taken = await connection.execute(_TAKE, key | {"now": now, "lease_until": now + lease})
                found = await connection.execute(_WITH_REQUEST, key)
                row = found.one_or_none()
        if row is None:
            return None
        generation = to_generation(row)
        if not taken.rowcount:
            generation.claim(now, lease)  # says why not
        if not taken.rowcount or generation.lease_until != now + lease:
            raise ClaimRefused("Somebody else has it by now.")
        its_columns = zip(_REQUESTS.c.keys(), row[len(_generation) :], strict=True)
        return generation, to_request(FaceRequestRow(**dict(its_columns)))
