"""The select of a user's usage, for the repository and the views: one statement for all figures."""

from typing import Any, cast

from sqlalchemy import BindParameter, Table, bindparam, case, func, or_, select

from adapters.sql.mappers import AnyRow
from adapters.sql.models import FaceRequestRow, GenerationRow, UsageRow
from domain.generation import State
from domain.usage import Usage

_REQUESTS = cast("Table", FaceRequestRow.__table__)
_GENERATIONS = cast("Table", GenerationRow.__table__)
_request, _generation, _usage = _REQUESTS.c, _GENERATIONS.c, UsageRow.__table__.c
_USER: BindParameter[Any] = bindparam("user_id")
_SINCE: BindParameter[Any] = bindparam("since")

_OPEN_REQUESTS = (
    select(func.count())
    .join_from(_REQUESTS, _GENERATIONS, _generation.id == _request.latest_generation_id)
    .where(_request.user_id == _USER, _generation.state != State.FAILED)
    .scalar_subquery()
)
_VOICE_BYTES = (
    select(func.coalesce(func.sum(_request.voice_bytes), 0))
    .where(_request.user_id == _USER)
    .scalar_subquery()
)
_FACE_BYTES = (
    select(func.coalesce(func.sum(_generation.stored_bytes), 0))
    .join_from(_REQUESTS, _GENERATIONS, _generation.request_id == _request.id)
    .where(_request.user_id == _USER)
    .scalar_subquery()
)
_IS_RECENT = _usage.queued_at > _SINCE

USAGE = select(
    _OPEN_REQUESTS.label("open_requests"),
    _VOICE_BYTES.label("voice_bytes"),
    _FACE_BYTES.label("face_bytes"),
    func.count(case((_IS_RECENT, 1))).label("requests"),
    func.min(case((_IS_RECENT, _usage.queued_at))).label("first_queued_at"),
    func.coalesce(func.sum(_usage.drawn_seconds), 0.0).label("drawn_seconds"),
    (func.count() - func.count(_usage.ended_at)).label("in_flight"),
    func.min(_usage.ended_at).label("first_ended_at"),
).where(_usage.user_id == _USER, or_(_usage.ended_at.is_(None), _usage.ended_at > _SINCE))
"""The usage of `user_id`: one condition serves all, because what was queued after `since` cannot have ended before."""


def to_usage(row: AnyRow) -> Usage:
    """Return the usage of the row."""
    return Usage(
        open_requests=row.open_requests,
        stored_bytes=int(row.voice_bytes + row.face_bytes),
        requests=row.requests,
        first_queued_at=row.first_queued_at,
        drawn_seconds=float(row.drawn_seconds),
        in_flight=row.in_flight,
        first_ended_at=row.first_ended_at,
    )
