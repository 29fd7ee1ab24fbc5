"""How the repositories reach their rows."""

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
    """advanced-alchemy's repository of one table, for our repositories to be composed of.

    It reads afresh what the session has seen before, for another transaction may have changed it in between;
    and it leaves errors as they are, for the engine translates them.
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
        """Return the row of a key, for update if it is to be locked."""
        statement = _select_of(self.model_type, tuple(key), locked)
        return (await (await self.session.connection()).execute(statement, key)).one_or_none()

    async def save(self, row_id: str, columns: Mapping[str, Any]) -> None:
        """Write columns of one row in one statement, None included: `update` leaves out what is None."""
        await write(self.session, _update_of(self.model_type), {"row_id": row_id, **columns})


@cache
def _select_of(model: type[Base], names: tuple[str, ...], locked: bool) -> Select[*tuple[Any, ...]]:
    """Build it once: building a statement anew takes about as long as the server takes to carry it out."""
    table = model.__table__
    statement = select(table).where(*(table.columns[name] == bindparam(name) for name in names))
    return statement.with_for_update() if locked else statement


@cache
def _update_of(model: type[Base]) -> Update:
    """Build it once for each table, too."""
    columns = model.__table__.columns
    values: Columns = {one.name: bindparam(one.name) for one in columns if not one.primary_key}
    return update(model).where(columns.id == bindparam("row_id")).values(values)


async def write(
    session: AsyncSession | async_scoped_session[AsyncSession],
    statement: Insert | Update | Delete,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Execute at once, past what the session holds, and return how many rows were met."""
    return (await (await session.connection()).execute(statement, parameters)).rowcount
