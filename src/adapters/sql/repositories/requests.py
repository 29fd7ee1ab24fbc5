"""The requests, as rows."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from sqlalchemy import Table, bindparam, delete
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.due_selects import DUE_REQUESTS
from adapters.sql.mappers import request_columns, to_request
from adapters.sql.models import FaceRequestRow
from adapters.sql.repositories.rows import Rows, select_for_update, write
from adapters.sql.turns import SqlTurns
from domain.face_request import FaceRequest
from domain.ids import RequestId, UserId
from domain.retention import PastPeriods

_REQUESTS = cast("Table", FaceRequestRow.__table__)
_LOCK_OF_USER = select_for_update(_REQUESTS, _REQUESTS.c.user_id == bindparam("user_id"))


class SqlRequestRepository:
    """Implements `RequestRepository`."""

    def __init__(self, session: AsyncSession, turns: SqlTurns) -> None:
        self._session = session
        self._turns = turns
        self._rows = Rows(FaceRequestRow, session)

    async def add(self, request: FaceRequest) -> None:
        """Insert at once: the row of its generation refers to it."""
        await self._rows.add(FaceRequestRow(**request_columns(request)))

    async def get(self, request_id: RequestId) -> FaceRequest | None:
        """Select by key."""
        row = await self._rows.find(id=request_id)
        return to_request(row) if row else None

    async def lock(self, user_id: UserId, request_id: RequestId) -> FaceRequest | None:
        """Select by key and user, for update."""
        row = await self._rows.find(id=request_id, user_id=user_id, locked=True)
        return to_request(row) if row else None

    async def lock_of_user(self, user_id: UserId) -> Sequence[FaceRequest]:
        """Select by user, for update."""
        rows = await (await self._session.connection()).execute(_LOCK_OF_USER, {"user_id": user_id})
        return [to_request(row) for row in rows]

    async def save(self, request: FaceRequest) -> None:
        """Write all columns."""
        await self._rows.save(request.id, request_columns(request))

    async def remove(self, request: FaceRequest) -> None:
        """Delete the row; the foreign keys delete what belongs to it."""
        await write(self._session, delete(FaceRequestRow).where(FaceRequestRow.id == request.id))
        self._turns.changed(request.user_id)

    async def due_for_erasure(self, past: PastPeriods, limit: int) -> Sequence[tuple[UserId, RequestId]]:
        """Select by the indexes of the moments from which the parts are kept."""
        found = await self._session.execute(DUE_REQUESTS, {**asdict(past), "most": limit})
        return [(UserId(user_id), RequestId(request_id)) for user_id, request_id in found][:limit]
