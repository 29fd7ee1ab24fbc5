"""What people look at, by plain selects: one statement each, and no entities in between."""

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.mappers import AnyRow, to_faces, to_wishes
from adapters.sql.models import FaceRequestRow, GenerationRow, SurveyRow
from adapters.sql.schema import is_current
from application.errors import ServiceUnavailable
from application.ports.views import ProgressView, RequestView, ResultView
from domain.generation import State
from domain.ids import GenerationId, RequestId, UserId
from domain.voice import Gender, Person

log = logging.getLogger(__name__)

_request = FaceRequestRow.__table__.c
_generation = GenerationRow.__table__.c
_survey = SurveyRow.__table__.c

_OWN = _request.user_id == bindparam("user_id")

_REQUESTS = (
    select(
        _request.id,
        _request.age,
        _request.gender,
        _request.wishes,
        _request.voice_key,
        _request.voice_media_type,
        _generation.state,
        _generation.id,
        _request.created_at,
        _request.updated_at,
        _generation.created_at,
        _generation.finished_at,
    )
    .join_from(
        FaceRequestRow.__table__,
        GenerationRow.__table__,
        _generation.id == _request.latest_generation_id,
    )
    .where(_OWN)
)
_NEWEST_FIRST = _REQUESTS.order_by(_request.id.desc())
_REQUEST = _REQUESTS.where(_request.id == bindparam("request_id"))

_OF_OWN_REQUEST = (
    _OWN,
    _generation.request_id == bindparam("request_id"),
    _generation.id == bindparam("generation_id"),
)
_RESULT = (
    select(GenerationRow.__table__, exists().where(_survey.generation_id == _generation.id).label("surveyed"))
    .join_from(GenerationRow.__table__, FaceRequestRow.__table__)
    .where(*_OF_OWN_REQUEST)
)

_QUEUE = (
    select(
        _generation.id, func.row_number().over(order_by=(_generation.due_at, _generation.id)).label("place")
    )
    .where(_generation.state == State.QUEUED)
    .subquery("queue")
)
_PROGRESS = select(
    _generation.id,
    _generation.state,
    _generation.stage,
    _generation.percent,
    _generation.attempt,
    _QUEUE.c.place,
    _generation.failure,
    _generation.finished_at,
).outerjoin_from(GenerationRow.__table__, _QUEUE, _QUEUE.c.id == _generation.id)
_JOB = _PROGRESS.join(FaceRequestRow.__table__, _request.id == _generation.request_id).where(*_OF_OWN_REQUEST)
_JOBS = _PROGRESS.where(_generation.id.in_(bindparam("generation_ids", expanding=True)))


class SqlViews:
    """Keeps `Views` on an engine from `create_reading_engine`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def requests(
        self, user_id: UserId, limit: int | None = None, before: RequestId | None = None
    ) -> Sequence[RequestView]:
        """Read a user's requests with their newest generations."""
        statement = _NEWEST_FIRST
        if before is not None:
            statement = statement.where(_request.id < before)
        if limit is not None:
            statement = statement.limit(limit)
        return [_to_request_view(row) for row in await self._all(statement, user_id=user_id)]

    async def request(self, user_id: UserId, request_id: RequestId) -> RequestView | None:
        """Read one, as the list does."""
        rows = await self._all(_REQUEST, user_id=user_id, request_id=request_id)
        return _to_request_view(rows[0]) if rows else None

    async def result(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ResultView | None:
        """Read a generation, and whether there is a survey."""
        rows = await self._all(_RESULT, user_id=user_id, request_id=request_id, generation_id=generation_id)
        return _to_result_view(rows[0]) if rows else None

    async def job(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ProgressView | None:
        """Read one, as `progress` does."""
        rows = await self._all(_JOB, user_id=user_id, request_id=request_id, generation_id=generation_id)
        return _to_progress_view(rows[0]) if rows else None

    async def progress(self, generation_ids: Collection[GenerationId]) -> Mapping[GenerationId, ProgressView]:
        """Read many."""
        views = map(_to_progress_view, await self._all(_JOBS, generation_ids=list(generation_ids)))
        return {view.generation_id: view for view in views}

    async def check(self) -> None:
        """Ask for the schema's revision, which answers both questions."""
        with waiting_for_a_connection():
            current = await is_current(self._engine)
        if not current:
            log.error("the database's schema is not up to date: run `voice2face db upgrade`")
            raise ServiceUnavailable("database")

    async def _all(self, statement: Select[*tuple[Any, ...]], **parameters: object) -> Sequence[AnyRow]:
        with waiting_for_a_connection():
            async with self._engine.connect() as connection:
                return (await connection.execute(statement, parameters)).all()


def _to_request_view(row: AnyRow) -> RequestView:
    (
        id_,
        age,
        gender,
        wishes,
        key,
        media_type,
        state,
        latest,
        created_at,
        updated_at,
        queued_at,
        finished_at,
    ) = row
    return RequestView(
        id=id_,
        person=Person(age, Gender(gender)),
        wishes=to_wishes(wishes),
        voice_key=key,
        voice_media_type=media_type,
        state=State(state),
        latest_generation_id=latest,
        created_at=created_at,
        updated_at=max(updated_at, finished_at or queued_at),
        finished_at=finished_at,
    )


def _to_result_view(row: AnyRow) -> ResultView:
    return ResultView(
        id=row.id,
        request_id=row.request_id,
        state=State(row.state),
        faces=to_faces(row),
        failure=row.failure,
        voice_rating=row.voice_rating,
        condition_rating=row.condition_rating,
        surveyed=bool(row.surveyed),
        created_at=row.created_at,
        feedback_at=row.feedback_at,
    )


def _to_progress_view(row: AnyRow) -> ProgressView:
    generation_id, state, stage, percent, attempt, place, failure, finished_at = row
    return ProgressView(
        generation_id=generation_id,
        state=State(state),
        stage=stage,
        percent=percent,
        attempt=attempt,
        place=place,
        failure=failure,
        finished_at=finished_at,
    )
