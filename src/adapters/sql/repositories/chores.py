"""Who does the housekeeping, as rows."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.models import ChoreRow
from adapters.sql.repositories.rows import write


class SqlChoreRepository:
    """Keeps `ChoreRepository`: whoever changes the row from what it has seen has the chore."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, chore: str, now: datetime, every: timedelta) -> bool:
        """Look, which locks nothing, and only when it is time try to be the one who writes."""
        taken_at = await self._session.scalar(select(ChoreRow.taken_at).where(ChoreRow.name == chore))
        if taken_at is None:
            insert_first = insert(ChoreRow).values(name=chore, taken_at=now)
            for dialect, prefix in (("mysql", "IGNORE"), ("sqlite", "OR IGNORE")):
                insert_first = insert_first.prefix_with(prefix, dialect=dialect)
            return await write(self._session, insert_first) == 1
        if now - taken_at < every:
            return False
        unchanged = ChoreRow.name == chore, ChoreRow.taken_at == taken_at
        return await write(self._session, update(ChoreRow).where(*unchanged).values(taken_at=now)) == 1
