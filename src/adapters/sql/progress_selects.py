"""The selects of the progress of generations: one statement for any number of them."""

from typing import Any

from sqlalchemy import Select, bindparam, case, func, select, true, tuple_

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


_LEVELS = (
    select(
        _generation.id,
        _turn.user_id,
        _turn.waiting_since,
        (
            _turn.running
            + func.row_number().over(
                partition_by=_generation.user_id, order_by=(_generation.due_at, _generation.id)
            )
        ).label("level"),
    )
    .join_from(GenerationRow.__table__, TurnRow.__table__, _turn.user_id == _generation.user_id)
    .where(_generation.state == State.QUEUED)
    .subquery("levels")
)
"""All that is queued; the level is how many of its user will run once it is claimed."""
_QUEUE = select(
    _LEVELS.c.id,
    func.row_number()
    .over(order_by=(_LEVELS.c.level, _LEVELS.c.waiting_since, _LEVELS.c.user_id))
    .label("place"),
).subquery("queue")
JOBS = (
    select(*_SHOWN, _QUEUE.c.place)
    .outerjoin_from(GenerationRow.__table__, _QUEUE, _QUEUE.c.id == _generation.id)
    .where(_generation.id.in_(bindparam("generation_ids", expanding=True)))
)
"""The progress of the generations `generation_ids`.

The place is where a generation comes if all that is queued is claimed one by one from now and nothing ends meanwhile.
"""


def _one_job() -> Select[*tuple[Any, ...]]:
    """Return the select of what `JOBS` says about one generation, without putting all that is queued in order.

    Each other user gets to the same level before it, and to one more if the user waits longer.
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
        .where(*OF_OWN_REQUEST)
        .subquery("own")
        .c
    )
    other = TurnRow.__table__.alias("other").c
    waits_longer = tuple_(other.waiting_since, other.user_id) < tuple_(own.waiting_since, own.user_id)
    before = own.level - other.running + case((waits_longer, 1), else_=0)
    of_others = (
        select(
            func.sum(case((before <= 0, 0), (before >= other.queued, other.queued), else_=before)),
        )
        .where(other.waiting == true(), other.user_id != own.user_id)
        .scalar_subquery()
    )
    return select(
        *(own[column.name] for column in _SHOWN),
        case((own.state == State.QUEUED, 1 + own.before + func.coalesce(of_others, 0))).label("place"),
    )


JOB = _one_job()
"""The progress of the generation `generation_id` of the request `request_id` of `user_id`."""


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
