"""The turns of users: kept in step with their generations, at the end of each unit of work that changed some."""

from typing import cast

from sqlalchemy import ColumnElement, Table, bindparam, case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.sql.models import GenerationRow, TurnRow
from adapters.sql.repositories.rows import write
from adapters.sql.types import UtcDateTime
from domain.generation import State
from domain.ids import UserId
from domain.user import User

_TURNS = cast("Table", TurnRow.__table__)
_turn, _generation = _TURNS.c, GenerationRow.__table__.c


def _of_user(what: ColumnElement[int], state: State) -> ColumnElement[int]:
    return (
        select(what)
        .where(_generation.user_id == _turn.user_id, _generation.state == state)
        .correlate(_TURNS)
        .scalar_subquery()
    )


_QUEUED, _RUNNING = _of_user(func.count(), State.QUEUED), _of_user(func.count(), State.RUNNING)
COUNT_AGAIN = (
    update(_TURNS)
    .where(_turn.user_id == bindparam("of_user"))
    .ordered_values(  # MySQL sets them in this order, and each sees those before it
        (
            _turn.waiting_since,
            case(
                ((_turn.queued == 0) | (_turn.running > _RUNNING), func.utc_timestamp(6, type_=UtcDateTime)),
                else_=_turn.waiting_since,
            ),
        ),
        (_turn.queued, _QUEUED),
        (_turn.waiting, _QUEUED > 0),
        (_turn.running, _RUNNING),
        (_turn.next_due_at, _of_user(func.min(_generation.due_at), State.QUEUED)),
        (_turn.version, _turn.version + 1),
    )
)
"""Counts again what `of_user` has queued and running.

The row is locked before the generations are counted, so those of the transactions before this one are counted, too.
Moments are of the database's clock, so that it does not matter how those of the processes differ.
"""


class SqlTurns:
    """Writes the turns of the users whose generations a unit of work has changed, when it commits.

    Turns are locked last and in the order of their users, so that no two units of work wait for each other.
    """

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._changed: set[UserId] = set()

    async def add(self, user: User) -> None:
        """Insert the turn of a new user."""
        columns = {"version": 0, "waiting": False, "queued": 0, "running": 0, "next_due_at": None}
        await write(
            self._session, insert(_TURNS), {"user_id": user.id, "waiting_since": user.created_at, **columns}
        )

    def changed(self, user_id: UserId) -> None:
        """Note that a generation of this user was added, erased, or has changed its state."""
        self._changed.add(user_id)

    async def write(self) -> None:
        """Count again what is queued and what runs, one statement a user."""
        for user_id in sorted(self._changed):
            await write(self._session, COUNT_AGAIN, {"of_user": user_id})
        self._changed.clear()
