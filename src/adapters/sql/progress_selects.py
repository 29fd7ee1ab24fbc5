"""The selects of the progress of generations: one statement for any number of them."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select, true, tuple_

from adapters.sql.mappers import AnyRow
from adapters.sql.models import FaceRequestRow, GenerationRow, TurnRow
from adapters.sql.view_selects import OF_OWN_REQUEST
from application.ports.views import ProgressView
from domain.generation import State

_request = FaceRequestRow.__table__.c
_generation = GenerationRow.__table__.c
_turn = TurnRow.__table__.c

_SHOWN = (
    _generation.id,
    _generation.state,
    _generation.stage,
    _generation.percent,
    _generation.attempt,
    _generation.failure,
    _generation.finished_at,
)
_queued_before = GenerationRow.__table__.alias("queued_before").c
_BEFORE = (
    select(func.count())
    .where(
        _queued_before.user_id == _generation.user_id,
        _queued_before.state == State.QUEUED,
        tuple_(_queued_before.due_at, _queued_before.id) < tuple_(_generation.due_at, _generation.id),
    )
    .correlate(GenerationRow.__table__)
    .scalar_subquery()
)
"""How many generations of the same user are queued before this one."""


def _progress(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return the select of the progress of generations, with the place of those that are queued.

    The place is where a generation would come if all that is queued were claimed one by one from now and nothing ended.
    A user's generation is claimed when as many run as run now and are queued before it: that is its level. Until then
    each other user gets to the same level, and one more is claimed of a user who then waits longer.
    """
    own = (
        select(
            *_SHOWN,
            _generation.user_id,
            _BEFORE.label("before"),
            (_turn.running + _BEFORE).label("level"),
            _turn.waiting_since,
        )
        .join_from(GenerationRow.__table__, TurnRow.__table__, _turn.user_id == _generation.user_id)
        .join(FaceRequestRow.__table__, _request.id == _generation.request_id)
        .where(*conditions)
        .subquery("own")
        .c
    )
    other = TurnRow.__table__.alias("other").c
    waits_longer = tuple_(other.waiting_since, other.user_id) < tuple_(own.waiting_since, own.user_id)
    claimed_before = own.level - other.running + case((waits_longer, 1), else_=0)
    of_others = (
        select(
            func.sum(
                case(
                    (claimed_before <= 0, 0),
                    (claimed_before >= other.queued, other.queued),
                    else_=claimed_before,
                )
            )
        )
        .where(other.waiting == true(), other.user_id != own.user_id)
        .scalar_subquery()
    )
    return select(
        *(own[column.name] for column in _SHOWN),
        case((own.state == State.QUEUED, 1 + own.before + func.coalesce(of_others, 0))).label("place"),
    )


JOB = _progress(*OF_OWN_REQUEST)
"""The progress of the generation `generation_id` of the request `request_id` of `user_id`."""
JOBS = _progress(_generation.id.in_(bindparam("generation_ids", expanding=True)))
"""The progress of the generations `generation_ids`."""


def to_progress_view(row: AnyRow) -> ProgressView:
    """Return the view of a row of `JOB` or `JOBS`."""
    return ProgressView(
        generation_id=row.id,
        state=State(row.state),
        stage=row.stage,
        percent=row.percent,
        attempt=row.attempt,
        place=None if row.place is None else int(row.place),
        failure=row.failure,
        finished_at=row.finished_at,
    )
