"""The generations, as rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from adapters.sql.mappers import generation_columns, to_generation
from adapters.sql.models import LEASE_INDEX, QUEUE_INDEX, GenerationRow
from adapters.sql.repositories.rows import Rows, write
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId


class SqlGenerationRepository:
    """Implements `GenerationRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(GenerationRow, session)

    async def add(self, generation: Generation) -> None:
        """Insert at once."""
        await self._rows.add(GenerationRow(**generation_columns(generation)))

    async def lock(self, generation_id: GenerationId) -> Generation | None:
        """Select by key, for update."""
        row = await self._rows.find(id=generation_id, locked=True)
        return to_generation(row) if row else None

    async def save(self, generation: Generation) -> None:
        """Write all columns."""
        await self._rows.save(generation.id, generation_columns(generation))

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

    async def remove(self, generation: Generation) -> None:
        """Delete the row; the foreign key deletes its survey."""
        await write(self._session, delete(GenerationRow).where(GenerationRow.id == generation.id))

    async def lock_unannounced(self, now: datetime, stale: timedelta, limit: int) -> Sequence[Generation]:
        """Select from the head of the queue, for update, skipping locked rows."""
        return await self._lock_free(
            GenerationRow.state == State.QUEUED,
            GenerationRow.due_at <= now,
            or_(GenerationRow.announced_at.is_(None), GenerationRow.announced_at < now - stale),
            first=GenerationRow.due_at,
            index=QUEUE_INDEX,
            limit=limit,
        )

    async def lock_expired(self, now: datetime, limit: int) -> Sequence[Generation]:
        """Select from the oldest lease, for update, skipping locked rows."""
        return await self._lock_free(
            GenerationRow.state == State.RUNNING,
            GenerationRow.lease_until <= now,
            first=GenerationRow.lease_until,
            index=LEASE_INDEX,
            limit=limit,
        )

    async def clear_announcements(self) -> int:
        """Clear them in one statement."""
        statement = (
            update(GenerationRow)
            .where(GenerationRow.state == State.QUEUED, GenerationRow.announced_at.is_not(None))
            .values(announced_at=None)
        )
        return await write(self._session, statement)

    async def _lock_free(
        self,
        *conditions: ColumnElement[bool],
        first: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None],
        index: str,
        limit: int,
    ) -> list[Generation]:
        # If MySQL chose to read and sort the whole table, it would lock all the rows that it reads.
        statement = (
            select(GenerationRow)
            .with_hint(GenerationRow, f"FORCE INDEX ({index})", "mysql")
            .where(*conditions)
            .order_by(first, GenerationRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        return [to_generation(row) for row in await self._session.scalars(statement)]
