"""The transaction, on a database."""

from contextlib import suppress
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.repositories.blob_references import SqlBlobReferences
from adapters.sql.repositories.generations import SqlGenerationRepository
from adapters.sql.repositories.requests import SqlRequestRepository
from adapters.sql.repositories.surveys import SqlSurveyRepository
from adapters.sql.repositories.tasks import SqlTaskRepository
from adapters.sql.repositories.users import SqlUserRepository
from application.errors import ServiceUnavailable


class SqlUnitOfWork:
    """Keeps `UnitOfWork` on one session; to be entered once.

    On SQLite it holds the database's write lock as long as it lasts, on MySQL the rows it has locked.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._session = AsyncSession(engine, autoflush=False, expire_on_commit=False)

    @cached_property
    def users(self) -> SqlUserRepository:
        """The people with an account."""
        return SqlUserRepository(self._session)

    @cached_property
    def requests(self) -> SqlRequestRepository:
        """The requests for faces."""
        return SqlRequestRepository(self._session)

    @cached_property
    def generations(self) -> SqlGenerationRepository:
        """The makings of faces."""
        return SqlGenerationRepository(self._session)

    @cached_property
    def surveys(self) -> SqlSurveyRepository:
        """The answered surveys."""
        return SqlSurveyRepository(self._session)

    @cached_property
    def tasks(self) -> SqlTaskRepository:
        """The housekeeping tasks."""
        return SqlTaskRepository(self._session)

    @cached_property
    def blob_references(self) -> SqlBlobReferences:
        """Which blobs the rows speak of."""
        return SqlBlobReferences(self._session)

    async def __aenter__(self) -> Self:
        with waiting_for_a_connection():
            await self._session.connection()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A rollback that does not arrive is none the worse: the server undoes what a lost connection had begun.
        with suppress(ServiceUnavailable):
            await self._session.__aexit__(kind, error, trace)

    async def commit(self) -> None:
        """Make it last."""
        await self._session.commit()
