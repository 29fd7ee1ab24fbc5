"""Claims: a select of the fairest due generation, then an update of it and of its user's turn if that is unchanged."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, Update, bindparam, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.mappers import AnyRow, Columns, generation_columns, to_generation, to_request
from adapters.sql.models import TURN_INDEX, FaceRequestRow, GenerationRow, TurnRow
from adapters.sql.turns import COUNT_AGAIN
from application.ports.claims import ClaimedGeneration
from domain.generation import State

_GENERATIONS, _REQUESTS, _TURNS = (
    cast("Table", row.__table__) for row in (GenerationRow, FaceRequestRow, TurnRow)
)
_generation, _turn = _GENERATIONS.c, _TURNS.c

_NEXT = (
    select(_turn.user_id, _turn.version)
    .with_hint(_TURNS, f"FORCE INDEX ({TURN_INDEX})", "mysql")
    .where(_turn.waiting == true(), _turn.next_due_at <= bindparam("now"))
    .order_by(_turn.running, _turn.waiting_since, _turn.user_id)
    .limit(1)
    .subquery("next")
)
"""The turn of the user who is next."""

_FAIREST = (
    select(_GENERATIONS, _REQUESTS, _NEXT.c.user_id.label("of_user"), _NEXT.c.version)
    .join_from(
        _NEXT,
        _GENERATIONS,
        (_generation.user_id == _NEXT.c.user_id) & (_generation.state == State.QUEUED),
        isouter=True,
    )
    .join(_REQUESTS, _REQUESTS.c.id == _generation.request_id, isouter=True)
    .order_by(_generation.due_at, _generation.id)
    .limit(2)
)
"""The generation to claim with its request; a second row is the one of the same user that is due next."""

_OF_GENERATION = _generation.id == bindparam("of_generation")
_OF_TURN = (_turn.user_id == bindparam("of_user"), _turn.version == bindparam("of_version"))
_GENERATION_VALUES = {
    column: bindparam(f"generation_{column.name}") for column in _generation if not column.primary_key
}
_TURN_VALUES = {
    _turn.queued: _turn.queued - 1,
    _turn.waiting: bindparam("turn_waiting", type_=_turn.waiting.type),
    _turn.running: _turn.running + 1,
    _turn.next_due_at: bindparam("turn_next_due_at", type_=_turn.next_due_at.type),
    _turn.version: _turn.version + 1,
}
_TAKE_AT_ONCE = (
    update(_GENERATIONS)
    .prefix_with("/*+ JOIN_FIXED_ORDER() */")  # locks the generation before the turn, as units of work do
    .where(_OF_GENERATION, *_OF_TURN)
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
                while rows := (await connection.execute(_FAIREST, {"now": now})).all():
                    if rows[0].due_at is None or rows[0].due_at > now:
                        # The tables were changed by hand: without this one turn would hold up all others.
                        await connection.execute(COUNT_AGAIN, {"of_user": rows[0].of_user})
                        continue
                    generation = to_generation(GenerationRow(**_columns_of(_GENERATIONS, rows[0])))
                    generation.claim(now, lease)
                    columns = generation_columns(generation)
                    parameters = {
                        **{f"generation_{name}": columns[name] for name in columns if name != "id"},
                        "of_generation": generation.id,
                        "of_user": generation.user_id,
                        "of_version": rows[0].version,
                        "turn_waiting": len(rows) > 1,
                        "turn_next_due_at": rows[1].due_at if len(rows) > 1 else None,
                    }
                    taken = [(await connection.execute(one, parameters)).rowcount for one in self._take]
                    if all(taken):
                        request = to_request(FaceRequestRow(**_columns_of(_REQUESTS, rows[0])))
                        return ClaimedGeneration(generation=generation, request=request)
        return None


def _columns_of(table: Table, row: AnyRow) -> Columns:
    """Return the columns of one of the joined tables."""
    return {column.name: row._mapping[column] for column in table.c}
