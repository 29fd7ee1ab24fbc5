"""How the repositories read and write their rows."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import ColumnElement, Delete, Insert, Select, Table, Update, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from adapters.sql.mappers import AnyRow, Columns
from adapters.sql.models import Base

RowT = TypeVar("RowT", bound=Base)


class Rows(SQLAlchemyAsyncRepository[RowT]):
    """The rows of one table, for a repository to use.

    It reads again what the session has read before, since another transaction may have changed it. It leaves errors
    as they are, since the engine translates them.
    """

    def __init__(self, model: type[RowT], session: AsyncSession) -> None:
        self.model_type = model
        super().__init__(
            session=session,
            auto_refresh=False,
            wrap_exceptions=False,
            execution_options={"populate_existing": True},
        )

    async def find(self, *, locked: bool = False, **key: str) -> AnyRow | None:
        """Return the row of a key, None if there is none; select it for update if `locked`."""
        statement = _select_of(self.model_type, tuple(key), locked)
        return (await (await self.session.connection()).execute(statement, key)).one_or_none()

    async def save(self, row_id: str, columns: Mapping[str, Any]) -> None:
        """Write columns of one row in one statement; unlike advanced-alchemy's `update` it writes None, too."""
        await write(self.session, _update_of(self.model_type), {"row_id": row_id, **columns})


@cache
def _select_of(model: type[Base], names: tuple[str, ...], locked: bool) -> Select[*tuple[Any, ...]]:
    """Return a select, built once: building one takes about as long as the server takes to execute it."""
    table = model.__table__
    statement = select(table).where(*(table.columns[name] == bindparam(name) for name in names))
    return statement.with_for_update() if locked else statement


@cache
def _update_of(model: type[Base]) -> Update:
    """Return an update, built once for each table."""
    columns = model.__table__.columns
    values: Columns = {one.name: bindparam(one.name) for one in columns if not one.primary_key}
    return update(model).where(columns.id == bindparam("row_id")).values(values)


def select_for_update(table: Table, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return a select of rows that are found by another index than their key, locked by their keys, in their order.

    Otherwise MySQL locks the entries of that index first, and then the rows. A unit of work that has locked a row by
    its key, and changes it, would wait for the entry then, and the two for each other.
    """
    found = select(table.c.id).where(*conditions).subquery("found")
    return (
        select(table)
        .prefix_with("/*+ JOIN_FIXED_ORDER() */", dialect="mysql")
        .with_hint(table, "FORCE INDEX (PRIMARY)", "mysql")
        .select_from(found)
        .join(table, table.c.id == found.c.id)
        .where(*conditions)  # once more: a row that was waited for may have changed
        .order_by(table.c.id)
        .with_for_update(of=table)
    )


async def write(
    session: AsyncSession | async_scoped_session[AsyncSession],
    statement: Insert | Update | Delete,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Execute at once, without the session's objects, and return how many rows were matched."""
    return (await (await session.connection()).execute(statement, parameters)).rowcount
