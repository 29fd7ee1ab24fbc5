"""How the repositories reach their rows."""

from collections.abc import Mapping
from typing import Any, TypeVar

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import Delete, Insert, Update, update
from sqlalchemy.ext.asyncio import AsyncSession

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

    async def save(self, row_id: str, columns: Mapping[str, Any]) -> None:
        """Write columns of one row in one statement, None included: `update` leaves out what is None."""
        statement = update(self.model_type).values(columns).filter_by(id=row_id)
        await self.session.execute(statement, execution_options={"synchronize_session": False})


async def write(session: AsyncSession, statement: Insert | Update | Delete) -> int:
    """Execute at once, past what the session holds, and return how many rows were met."""
    return (await (await session.connection()).execute(statement)).rowcount
