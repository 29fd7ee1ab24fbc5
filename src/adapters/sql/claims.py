"""Claims: a select of the fairest due generation, then an update of it and of its user's turn if that is unchanged."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, ScalarSelect, Table, Update, bindparam, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.generation_mappers import generation_columns, to_generation
from adapters.sql.mappers import AnyRow, Columns, to_request
from adapters.sql.models import OWN_QUEUE_INDEX, TURN_INDEX, FaceRequestRow, GenerationRow, TurnRow
from adapters.sql.turns import COUNT_AGAIN
from application.ports.claims import ClaimedGeneration
from domain.generation import State

_GENERATIONS, _REQUESTS, _TURNS = (
    cast("Table", row.__table__) for row in (GenerationRow, FaceRequestRow, TurnRow)
)
_generation, _turn = _GENERATIONS.c, _TURNS.c


def _queued(position: int, column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return a column of the generation that comes at this position, from 0, among those queued of the user."""
    return (
        select(column)
        .with_hint(_GENERATIONS, f"FORCE INDEX ({OWN_QUEUE_INDEX})", "mysql")
        .where(_generation.user_id == _turn.user_id, _generation.state == State.QUEUED)
        .order_by(_generation.due_at, _generation.id)
        .limit(1)
        .offset(position)
        .correlate(_TURNS)
        .scalar_subquery()
    )


_NEXT = (
    select(
        _turn.user_id.label("of_user"),
        _turn.version.label("of_version"),
        _queued(0, _generation.id).label("generation_id"),
        _queued(1, _generation.due_at).label("due_after_it"),
    )
    .with_hint(_TURNS, f"FORCE INDEX ({TURN_INDEX})", "mysql")
    .where(_turn.waiting == true(), _turn.next_due_at <= bindparam("now"))
    .order_by(_turn.running, _turn.waiting_since, _turn.user_id)
    .limit(1)
    .subquery("next")
)
"""The user whose turn it is, the generation to claim, and when the one after it is due."""

_FAIREST = (
    select(_NEXT, _GENERATIONS, _REQUESTS)
    .outerjoin_from(_NEXT, _GENERATIONS, _generation.id == _NEXT.c.generation_id)
    .outerjoin(_REQUESTS, _REQUESTS.c.id == _generation.request_id)
)

_OF_GENERATION = _generation.id == bindparam("of_generation")
_OF_TURN = (_turn.user_id == bindparam("of_user"), _turn.version == bindparam("of_version"))
_GENERATION_VALUES: dict[Any, Any] = {
    column: bindparam(f"generation_{column.name}") for column in _generation if not column.primary_key
}
_TURN_VALUES: dict[Any, Any] = {
    _turn.queued: _turn.queued - 1,
    _turn.waiting: bindparam("turn_waiting", type_=_turn.waiting.type),
    _turn.running: _turn.running + 1,
    _turn.next_due_at: bindparam("turn_next_due_at", type_=_turn.next_due_at.type),
    _turn.version: _turn.version + 1,
}
_TAKE_AT_ONCE = (
    update(_GENERATIONS)
    .prefix_with("/*+ JOIN_FIXED_ORDER() */")  # locks the generation before the turn, as units of work do
    .where(_OF_GENERATION, *_OF_TURN, _turn.user_id == _generation.user_id)
    .values({**_GENERATION_VALUES, **_TURN_VALUES})
)
_TAKE_TURN = update(_TURNS).where(*_OF_TURN).values(_TURN_VALUES)
_TAKE_GENERATION = update(_GENERATIONS).where(_OF_GENERATION).values(_GENERATION_VALUES)


class SqlClaims:
    """Implements `Claims`: two round trips on MySQL, where a transaction would take five.

    A turn changes with each change of what its user has queued or running. So if it is still what it was, the choice is
    still right; if not, another claim or a unit of work has got on, and the next choice is made.
    """

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine) -> None:
        self._open: Callable[[], AbstractAsyncContextManager[AsyncConnection]]
        self._take: tuple[Update, ...]
        # On SQLite a transaction is the only writer. On MySQL a statement outside a transaction is committed at once.
        if writing.dialect.name == "sqlite":
            self._open, self._take = writing.begin, (_TAKE_TURN, _TAKE_GENERATION)
        else:
            self._open, self._take = reading.connect, (_TAKE_AT_ONCE,)

    async def take(self, now: datetime, lease: timedelta) -> ClaimedGeneration | None:
        """Choose and take, until what was chosen has not changed meanwhile."""
        with waiting_for_a_connection():
            async with self._open() as connection:
                while row := (await connection.execute(_FAIREST, {"now": now})).one_or_none():
                    if row.generation_id is None or row.due_at > now:
                        # The tables were changed by hand: without this one turn would hold up all others.
                        await connection.execute(COUNT_AGAIN, {"of_user": row.of_user})
                        continue
                    generation = to_generation(GenerationRow(**_columns_of(_GENERATIONS, row)))
                    generation.claim(now, lease)
                    columns = generation_columns(generation)
                    parameters = {
                        **{f"generation_{name}": columns[name] for name in columns if name != "id"},
                        "of_generation": generation.id,
                        "of_user": row.of_user,
                        "of_version": row.of_version,
                        "turn_waiting": row.due_after_it is not None,
                        "turn_next_due_at": row.due_after_it,
                    }
                    taken = [(await connection.execute(one, parameters)).rowcount for one in self._take]
                    if all(taken):
                        request = to_request(FaceRequestRow(**_columns_of(_REQUESTS, row)))
                        return ClaimedGeneration(generation=generation, request=request)
        return None


def _columns_of(table: Table, row: AnyRow) -> Columns:
    """Return the columns of one of the joined tables."""
    return {column.name: row._mapping[column] for column in table.c}
