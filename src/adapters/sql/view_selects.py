"""The selects of the views, and the read models made from their rows: one statement each, without entities."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, exists, func, select

from adapters.sql.generation_mappers import to_faces, to_rating
from adapters.sql.mappers import AnyRow, to_wishes
from adapters.sql.models import FaceRequestRow, GenerationRow, SurveyRow, UserRow
from application.ports.views import FacePreview, RequestView, ResultView
from domain.faces import StoredFace
from domain.generation import State
from domain.ids import GenerationId, RequestId
from domain.voice import Gender, Person

_request = FaceRequestRow.__table__.c
_generation = GenerationRow.__table__.c
_survey = SurveyRow.__table__.c
_user = UserRow.__table__.c

_OWN = _request.user_id == bindparam("user_id")
OF_OWN_REQUEST = (
    _OWN,
    _generation.request_id == bindparam("request_id"),
    _generation.id == bindparam("generation_id"),
)
"""The condition for the generation `generation_id` of the request `request_id` of `user_id`."""


class RequestRow(NamedTuple):
    """A row of the list of requests: its columns, in their order, by name.

    Ten times as fast as the names of SQLAlchemy's own rows, which matters where a list has hundreds of rows.
    """

    id: str
    age: int
    gender: str
    wishes: dict[str, Any] | None
    voice_key: str | None
    voice_media_type: str
    state: str
    stage: str | None
    percent: int
    failure: str | None
    latest_generation_id: str
    shown_generation_id: str
    voice_portrait_key: str | None
    voice_loop_key: str | None
    condition_portrait_key: str | None
    condition_loop_key: str | None
    voice_rating: int | None
    condition_rating: int | None
    created_at: datetime
    updated_at: datetime
    queued_at: datetime
    finished_at: datetime | None
    faces_made_at: datetime | None


_older = GenerationRow.__table__.alias("older")
_shown_table = GenerationRow.__table__.alias("shown")
_shown = _shown_table.c
_NEWEST_WITH_FACES = (
    select(func.max(_older.c.id))
    .where(_older.c.request_id == _request.id, _older.c.voice_portrait_key.is_not(None))
    .correlate(FaceRequestRow.__table__)
    .scalar_subquery()
)
_SHOWN_ID = case(
    (_generation.state == State.SUCCEEDED, _generation.id),
    else_=func.coalesce(_NEWEST_WITH_FACES, _generation.id),
)
"""Databases look for older faces only where the newest generation has not succeeded."""
_FACES_MADE_AT = case(
    (
        and_(
            _generation.state.in_([State.SUCCEEDED, State.FAILED]),
            _shown.voice_portrait_key.is_not(None),
        ),
        _shown.finished_at,
    ),
)

_REQUESTS = (
    select(
        _request.id,
        _request.age,
        _request.gender,
        _request.wishes,
        _request.voice_key,
        _request.voice_media_type,
        _generation.state,
        _generation.stage,
        _generation.percent,
        _generation.failure,
        _generation.id.label("latest_generation_id"),
        _shown.id.label("shown_generation_id"),
        _shown.voice_portrait_key,
        _shown.voice_loop_key,
        _shown.condition_portrait_key,
        _shown.condition_loop_key,
        _shown.voice_rating,
        _shown.condition_rating,
        _request.created_at,
        _request.updated_at,
        _generation.created_at.label("queued_at"),
        _generation.finished_at,
        _FACES_MADE_AT.label("faces_made_at"),
    )
    .join_from(
        FaceRequestRow.__table__,
        GenerationRow.__table__,
        _generation.id == _request.latest_generation_id,
    )
    .join(_shown_table, _shown.id == _SHOWN_ID)
    .where(_OWN)
)
_NEWEST_FIRST = _REQUESTS.order_by(_request.id.desc())
REQUEST = _REQUESTS.where(_request.id == bindparam("request_id"))
"""The request `request_id` of `user_id`."""

_RESULTS = select(
    GenerationRow.__table__, exists().where(_survey.generation_id == _generation.id).label("surveyed")
).join_from(GenerationRow.__table__, FaceRequestRow.__table__)
RESULT = _RESULTS.where(*OF_OWN_REQUEST)
"""The generation `generation_id` of the request `request_id` of `user_id`."""
RESULTS = _RESULTS.where(_OWN, _generation.request_id == bindparam("request_id")).order_by(
    _generation.id.desc()
)
"""All generations of the request `request_id` of `user_id`, newest first."""

SHARED_FACE = (
    select(_generation.voice_portrait_key, _generation.voice_video_key, _generation.voice_loop_key)
    .join_from(GenerationRow.__table__, FaceRequestRow.__table__)
    .join(UserRow.__table__, _user.id == _request.user_id)
    .where(
        _generation.id == bindparam("generation_id"),
        _generation.voice_portrait_key.is_not(None),
        _request.consent_withdrawn_at.is_(None),
        _user.consent_withdrawn_at.is_(None),
    )
)
"""The voice face of the generation `generation_id`, unless consent is withdrawn."""


def select_requests(limit: int | None, before: RequestId | None) -> Select[*tuple[Any, ...]]:
    """Return the select of the requests of `user_id`, newest first: those older than `before`, at most `limit`."""
    statement = _NEWEST_FIRST
    if before is not None:
        statement = statement.where(_request.id < before)
    if limit is not None:
        statement = statement.limit(limit)
    return statement


def to_request_view(row: AnyRow) -> RequestView:
    """Return the view of a row of `select_requests` or `REQUEST`."""
    request = RequestRow._make(row)
    return RequestView(
        id=RequestId(request.id),
        person=Person(request.age, Gender(request.gender)),
        wishes=to_wishes(request.wishes),
        voice_key=request.voice_key,
        voice_media_type=request.voice_media_type,
        state=State(request.state),
        stage=request.stage,
        percent=request.percent,
        failure=request.failure,
        latest_generation_id=GenerationId(request.latest_generation_id),
        shown_generation_id=GenerationId(request.shown_generation_id),
        voice_face=_to_preview(request.voice_portrait_key, request.voice_loop_key),
        condition_face=_to_preview(request.condition_portrait_key, request.condition_loop_key),
        is_rated=request.voice_rating is not None and request.condition_rating is not None,
        created_at=request.created_at,
        updated_at=max(request.updated_at, request.finished_at or request.queued_at),
        finished_at=request.finished_at,
        faces_made_at=request.faces_made_at,
    )


def _to_preview(portrait: str | None, loop: str | None) -> FacePreview | None:
    return FacePreview(portrait=portrait, loop=loop) if portrait is not None else None


def to_result_view(row: AnyRow) -> ResultView:
    """Return the view of a row of `RESULT`."""
    return ResultView(
        id=row.id,
        request_id=row.request_id,
        state=State(row.state),
        wishes=to_wishes(row.wishes),
        faces=to_faces(row),
        failure=row.failure,
        voice_rating=to_rating(row.voice_rating, row.voice_shown_first, row.voice_named),
        condition_rating=to_rating(row.condition_rating, row.condition_shown_first, row.condition_named),
        surveyed=bool(row.surveyed),
        created_at=row.created_at,
        finished_at=row.finished_at,
        feedback_at=row.feedback_at,
    )


def to_shared_face(row: AnyRow) -> StoredFace:
    """Return the face of a row of `SHARED_FACE`."""
    return StoredFace(portrait=row.voice_portrait_key, video=row.voice_video_key, loop=row.voice_loop_key)
