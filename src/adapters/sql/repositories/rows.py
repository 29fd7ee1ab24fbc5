"""How the repositories read and write their rows."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import Delete, Insert, Select, Update, bindparam, select, update
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


async def write(
    session: AsyncSession | async_scoped_session[AsyncSession],
    statement: Insert | Update | Delete,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Execute at once, without the session's objects, and return how many rows were matched."""
    return (await (await session.connection()).execute(statement, parameters)).rowcount
