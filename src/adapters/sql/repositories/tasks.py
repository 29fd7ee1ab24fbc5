"""The housekeeping tasks, as rows."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.models import TaskRow
from adapters.sql.repositories.rows import write


class SqlTaskRepository:
    """Implements `TaskRepository`: the task goes to the process that changes its row from what it has read."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def take(self, name: str, now: datetime, every: timedelta) -> bool:
        """Read without a lock, and write only when the period is over."""
        taken_at = await self._session.scalar(select(TaskRow.taken_at).where(TaskRow.name == name))
        if taken_at is None:
            insert_first = insert(TaskRow).values(name=name, taken_at=now)
            for dialect, prefix in (("mysql", "IGNORE"), ("sqlite", "OR IGNORE")):
                insert_first = insert_first.prefix_with(prefix, dialect=dialect)
            return await write(self._session, insert_first) == 1
        if now - taken_at < every:
            return False
        unchanged = TaskRow.name == name, TaskRow.taken_at == taken_at
        return await write(self._session, update(TaskRow).where(*unchanged).values(taken_at=now)) == 1
