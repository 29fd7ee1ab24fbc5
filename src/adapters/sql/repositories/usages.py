"""What users have used of the quotas, as rows."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.models import UsageRow
from adapters.sql.repositories.rows import write
from adapters.sql.usage_select import USAGE, to_usage
from domain.generation import Generation
from domain.ids import GenerationId, UserId
from domain.usage import Usage

_INSERT = insert(UsageRow)
_SETTLE = (
    update(UsageRow.__table__)  # type: ignore[arg-type]
    .where(UsageRow.generation_id == bindparam("id"), UsageRow.ended_at.is_(None))
    .values(ended_at=bindparam("end"), drawn_seconds=bindparam("seconds"))
)


class SqlUsageRepository:
    """Implements `UsageRepository`."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, user_id: UserId, since: datetime) -> Usage:
        """Select all figures at once, without locks: the caller has locked the user."""
        connection = await self._session.connection()
        return to_usage((await connection.execute(USAGE, {"user_id": user_id, "since": since})).one())

    async def add(self, user_id: UserId, generation: Generation, seconds: float) -> None:
        """Insert at once."""
        columns = {
            "generation_id": generation.id,
            "user_id": user_id,
            "queued_at": generation.created_at,
            "drawn_seconds": seconds,
        }
        await write(self._session, _INSERT, columns)

    async def settle(self, generation_id: GenerationId, ended_at: datetime, seconds: float) -> None:
        """Update by key."""
        await write(self._session, _SETTLE, {"id": generation_id, "end": ended_at, "seconds": seconds})

    async def remove_old(self, ended_before: datetime) -> int:
        """Delete by the index of their ends."""
        return await write(self._session, delete(UsageRow).where(UsageRow.ended_at <= ended_before))
