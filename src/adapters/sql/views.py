"""The read models, from the database."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql.account_mappers import to_consent, to_session, to_user
from adapters.sql.account_selects import CONSENTS, USER
from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.mappers import AnyRow
from adapters.sql.progress_selects import JOB, JOBS, to_progress_view
from adapters.sql.schema import is_usable
from adapters.sql.session_selects import ENDED_SESSIONS, SESSIONS
from adapters.sql.usage_select import USAGE, to_usage
from adapters.sql.view_selects import (
    REQUEST,
    RESULT,
    RESULTS,
    SHARED_FACE,
    select_requests,
    to_request_view,
    to_result_view,
    to_shared_face,
)
from application.errors import ServiceUnavailable
from application.ports.views import ProgressView, RequestView, ResultView
from domain.consent import Consent
from domain.faces import StoredFace
from domain.ids import GenerationId, RequestId, SessionId, UserId
from domain.session import EndedSession, Session
from domain.usage import Usage
from domain.user import User

log = logging.getLogger(__name__)

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


class SqlViews:
    """Implements `Views` on an engine from `create_reading_engine`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def requests(
        self, user_id: UserId, limit: int | None = None, before: RequestId | None = None
    ) -> Sequence[RequestView]:
        """Select a user's requests with their newest generations."""
        rows = await self._all(select_requests(limit, before), user_id=user_id)
        return [to_request_view(row) for row in rows]

    async def request(self, user_id: UserId, request_id: RequestId) -> RequestView | None:
        """Select one, as the list does."""
        rows = await self._all(REQUEST, user_id=user_id, request_id=request_id)
        return to_request_view(rows[0]) if rows else None

    async def result(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ResultView | None:
        """Select a generation, and whether there is a survey."""
        rows = await self._all(RESULT, user_id=user_id, request_id=request_id, generation_id=generation_id)
        return to_result_view(rows[0]) if rows else None

    async def results(self, user_id: UserId, request_id: RequestId) -> Sequence[ResultView]:
        """Select all of a request, as `result` does."""
        rows = await self._all(RESULTS, user_id=user_id, request_id=request_id)
        return [to_result_view(row) for row in rows]

    async def shared_face(self, generation_id: GenerationId) -> StoredFace | None:
        """Select by key, with user and request, whose consent matters."""
        rows = await self._all(SHARED_FACE, generation_id=generation_id)
        return to_shared_face(rows[0]) if rows else None

    async def job(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ProgressView | None:
        """Select one, as `progress` does."""
        rows = await self._all(JOB, user_id=user_id, request_id=request_id, generation_id=generation_id)
        return to_progress_view(rows[0]) if rows else None

    async def progress(self, generation_ids: Collection[GenerationId]) -> Mapping[GenerationId, ProgressView]:
        """Select many."""
        views = map(to_progress_view, await self._all(JOBS, generation_ids=list(generation_ids)))
        return {view.generation_id: view for view in views}

    async def sessions(self, user_id: UserId, now: datetime) -> Sequence[Session]:
        """Select by user."""
        return [to_session(row) for row in await self._all(SESSIONS, user_id=user_id, now=now)]

    async def ended_sessions(self, since: datetime | None) -> Sequence[EndedSession]:
        """Select by moment."""
        rows = await self._all(ENDED_SESSIONS, since=since or _BEFORE_ALL)
        return [
            EndedSession(id=SessionId(row.id), ended_at=row.ended_at, forget_at=row.forget_at) for row in rows
        ]

    async def user(self, user_id: UserId) -> User | None:
        """Select by key."""
        rows = await self._all(USER, user_id=user_id)
        return to_user(rows[0]) if rows else None

    async def consents(self, user_id: UserId) -> Sequence[Consent]:
        """Select by user."""
        return [to_consent(row) for row in await self._all(CONSENTS, user_id=user_id)]

    async def usage(self, user_id: UserId, since: datetime) -> Usage:
        """Select all figures at once."""
        (row,) = await self._all(USAGE, user_id=user_id, since=since)
        return to_usage(row)

    async def check(self) -> None:
        """Read the revision of the schema, which shows that the database answers and that its tables fit."""
        with waiting_for_a_connection():
            usable = await is_usable(self._engine)
        if not usable:
            log.error("the database's schema is not up to date: run `voice2face db upgrade`")
            raise ServiceUnavailable("database")

    async def _all(self, statement: Select[*tuple[Any, ...]], **parameters: object) -> Sequence[AnyRow]:
        with waiting_for_a_connection():
            async with self._engine.connect() as connection:
                return (await connection.execute(statement, parameters)).all()
