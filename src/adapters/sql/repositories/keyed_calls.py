"""The calls with an idempotency key, as rows."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.account_mappers import keyed_call_columns, to_keyed_call
from adapters.sql.models import IdempotencyKeyRow
from adapters.sql.repositories.rows import Rows, write
from domain.ids import UserId
from domain.keyed_call import KeptAnswer, KeyedCall

_CALLS = cast("Table", IdempotencyKeyRow.__table__)
_row = _CALLS.c
_ADD = insert(_CALLS)
_COUNT = (
    select(func.count())
    .select_from(_CALLS)
    .where(_row.user_id == bindparam("of_user"), _row.began_at > bindparam("after"))
)
_IS_RUNNING = (
    _row.id == bindparam("call_id"),
    _row.attempt == bindparam("own_attempt"),
    _row.status.is_(None),
)
_KEEP = (
    update(_CALLS)
    .where(*_IS_RUNNING)
    .values(
        status=bindparam("new_status"), media_type=bindparam("new_media_type"), body=bindparam("new_body")
    )
)
_RELEASE = delete(_CALLS).where(*_IS_RUNNING)
_REMOVE_OLD = delete(_CALLS).where(_row.began_at <= bindparam("before"))


class SqlKeyedCallRepository:
    """Implements `KeyedCallRepository`; a foreign key deletes the rows of a user who is erased."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._rows = Rows(IdempotencyKeyRow, session)

    async def lock(self, call_id: str) -> KeyedCall | None:
        """Select by key, for update."""
        row = await self._rows.find(id=call_id, locked=True)
        return to_keyed_call(row) if row else None

    async def count(self, user_id: UserId, began_after: datetime) -> int:
        """Count by the index of users."""
        return await self._session.scalar(_COUNT, {"of_user": user_id, "after": began_after}) or 0

    async def add(self, call: KeyedCall) -> None:
        """Insert at once."""
        await write(self._session, _ADD, keyed_call_columns(call))

    async def save(self, call: KeyedCall) -> None:
        """Update by key."""
        await self._rows.save(call.id, keyed_call_columns(call))

    async def keep(self, call: KeyedCall, answer: KeptAnswer) -> bool:
        """Update by key and attempt."""
        kept = {"new_status": answer.status, "new_media_type": answer.media_type, "new_body": answer.body}
        return bool(await write(self._session, _KEEP, {**_attempt_of(call), **kept}))

    async def release(self, call: KeyedCall) -> None:
        """Delete by key and attempt."""
        await write(self._session, _RELEASE, _attempt_of(call))

    async def remove_old(self, began_before: datetime) -> int:
        """Delete by the index of their beginnings."""
        return await write(self._session, _REMOVE_OLD, {"before": began_before})


def _attempt_of(call: KeyedCall) -> dict[str, str]:
    return {"call_id": call.id, "own_attempt": call.attempt}
