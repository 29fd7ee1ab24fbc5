"""The selects of what is due for erasure: each reads, by an index, little more than it returns."""

from typing import Any, cast

from sqlalchemy import CompoundSelect, Select, Table, bindparam, exists, select, union

from adapters.sql.models import FaceRequestRow, GenerationRow, UserRow
from domain.generation import State

_REQUESTS, _GENERATIONS = (cast("Table", row.__table__) for row in (FaceRequestRow, GenerationRow))
_user, _request, _generation = UserRow.__table__.c, _REQUESTS.c, _GENERATIONS.c
_older = _GENERATIONS.alias("older").c
_MOST: Any = bindparam("most")
_HAS_ADDRESS = _user.email.is_not(None)

IDLE_USERS = (
    select(_user.id)
    .where(_HAS_ADDRESS, _user.erase_at.is_(None), _user.last_seen_at <= bindparam("since"))
    .order_by(_user.last_seen_at)
    .limit(_MOST)
)
"""Users with an address who have not been here `since`, and of whom nothing is to be erased yet."""

USERS_WHO_CAME_BACK = (
    select(_user.id)
    .where(_HAS_ADDRESS, _user.erase_at.is_not(None), _user.last_seen_at > bindparam("since"))
    .order_by(_user.erase_at)
    .limit(_MOST)
)
"""Users with an address who have been here `since`, although they are to be erased."""

DUE_USERS = select(_user.id).where(_user.erase_at <= bindparam("now")).order_by(_user.erase_at).limit(_MOST)
"""Users who are to be erased until `now`."""


def _due_requests() -> CompoundSelect[Any]:
    requests = select(_request.user_id, _request.id).join_from(
        _REQUESTS, _GENERATIONS, _generation.request_id == _request.id
    )
    is_newest = _generation.id == _request.latest_generation_id
    recordings = requests.where(
        _request.created_at <= bindparam("recordings"),
        _request.voice_key.is_not(None),
        _generation.state.in_((State.SUCCEEDED, State.FAILED)),
        is_newest,
    )
    faces = requests.where(
        _generation.finished_at <= bindparam("faces"), _generation.voice_portrait_key.is_not(None)
    )
    failed = requests.where(
        _generation.finished_at <= bindparam("failed"),
        _generation.state == State.FAILED,
        is_newest,
        ~exists().where(_older.request_id == _request.id, _older.voice_portrait_key.is_not(None)),
    )
    return union(*map(_first, (recordings, faces, failed)))


def _first(part: Select[Any]) -> Select[Any]:
    """Return the first rows of a select: on SQLite a part of a union can have a limit only as a table of its own."""
    return select(part.limit(_MOST).subquery())


DUE_REQUESTS = _due_requests()
"""Requests of which something is due, by the moments of `PastPeriods`."""
