"""The generations, as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.generation_mappers import generation_columns, to_generation
from adapters.sql.mappers import AnyRow
from adapters.sql.models import LEASE_INDEX, GenerationRow
from adapters.sql.repositories.rows import Rows, select_for_update, write
from adapters.sql.turns import SqlTurns
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId, UserId

_GENERATIONS = cast("Table", GenerationRow.__table__)
_OF_USER = _GENERATIONS.c.user_id == bindparam("user_id")
_IS_OPEN = _GENERATIONS.c.state.in_((State.QUEUED, State.RUNNING))
_LOCK_OF_USER = select_for_update(_GENERATIONS, _OF_USER)
_LOCK_OPEN = select_for_update(_GENERATIONS, _OF_USER, _IS_OPEN)
_LOCK_OPEN_OF_REQUEST = select_for_update(
    _GENERATIONS, _OF_USER, _IS_OPEN, _GENERATIONS.c.request_id == bindparam("request_id")
)


class SqlGenerationRepository:
    """Implements `GenerationRepository`."""

    def __init__(self, session: AsyncSession, turns: SqlTurns) -> None:
        self._session = session
        self._turns = turns
        self._rows = Rows(GenerationRow, session)
        self._locked: dict[GenerationId, tuple[State, datetime]] = {}

    async def add(self, generation: Generation) -> None:
        """Insert at once."""
        await self._rows.add(GenerationRow(**generation_columns(generation)))
        self._turns.changed(generation.user_id)

    async def lock(self, generation_id: GenerationId) -> Generation | None:
        """Select by key, for update."""
        row = await self._rows.find(id=generation_id, locked=True)
        return self._read_locked(row) if row else None

    async def save(self, generation: Generation) -> None:
        """Write all columns; a heartbeat or a rating leaves the user's turn as it is."""
        await self._rows.save(generation.id, generation_columns(generation))
        if self._locked.get(generation.id) != (generation.state, generation.due_at):
            self._turns.changed(generation.user_id)

    async def lock_of_request(self, request_id: RequestId) -> Sequence[Generation]:
        """Select by request, for update."""
        statement = (
            select(GenerationRow)
            .where(GenerationRow.request_id == request_id)
            .order_by(GenerationRow.created_at, GenerationRow.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return [to_generation(row) for row in await self._session.scalars(statement)]

    async def lock_open(self, user_id: UserId, request_id: RequestId | None = None) -> Sequence[Generation]:
        """Select by user and state, for update."""
        connection = await self._session.connection()
        if request_id is None:
            rows = await connection.execute(_LOCK_OPEN, {"user_id": user_id})
        else:
            rows = await connection.execute(
                _LOCK_OPEN_OF_REQUEST, {"user_id": user_id, "request_id": request_id}
            )
        return [self._read_locked(row) for row in rows]

    async def lock_of_user(self, user_id: UserId) -> Sequence[Generation]:
        """Select by user, for update."""
        rows = await (await self._session.connection()).execute(_LOCK_OF_USER, {"user_id": user_id})
        return [self._read_locked(row) for row in rows]

    async def remove(self, generation: Generation) -> None:
        """Delete the row; the foreign key deletes its survey."""
        await write(self._session, delete(GenerationRow).where(GenerationRow.id == generation.id))
        self._turns.changed(generation.user_id)

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationId]:
        """Select from the head of the queue, without locks."""
        statement = (
            select(GenerationRow.id)
            .where(GenerationRow.state == State.QUEUED, GenerationRow.due_at <= now)
            .order_by(GenerationRow.due_at, GenerationRow.id)
            .limit(limit)
        )
        return [GenerationId(found) for found in await self._session.scalars(statement)]

    async def lock_expired(self, now: datetime, limit: int) -> Sequence[Generation]:
        """Select from the oldest lease, for update, skipping locked rows."""
        # If MySQL chose to read and sort the whole table, it would lock all the rows that it reads.
        statement = (
            select(GenerationRow)
            .with_hint(GenerationRow, f"FORCE INDEX ({LEASE_INDEX})", "mysql")
            .where(GenerationRow.state == State.RUNNING, GenerationRow.lease_until <= now)
            .order_by(GenerationRow.lease_until, GenerationRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        return [self._read_locked(row) for row in await self._session.scalars(statement)]

    def _read_locked(self, row: GenerationRow | AnyRow) -> Generation:
        generation = to_generation(row)
        self._locked[generation.id] = generation.state, generation.due_at
        return generation
