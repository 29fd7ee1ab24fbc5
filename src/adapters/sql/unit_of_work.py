"""The unit of work: one transaction of a database."""

from contextlib import suppress
from functools import cached_property
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.repositories.blob_references import SqlBlobReferences
from adapters.sql.repositories.consents import SqlConsentRepository
from adapters.sql.repositories.erasures import SqlErasureRepository
from adapters.sql.repositories.generations import SqlGenerationRepository
from adapters.sql.repositories.keyed_calls import SqlKeyedCallRepository
from adapters.sql.repositories.mail_links import SqlMailLinkRepository
from adapters.sql.repositories.mails import SqlMailRepository
from adapters.sql.repositories.requests import SqlRequestRepository
from adapters.sql.repositories.sessions import SqlSessionRepository
from adapters.sql.repositories.surveys import SqlSurveyRepository
from adapters.sql.repositories.tasks import SqlTaskRepository
from adapters.sql.repositories.throttles import SqlThrottleRepository
from adapters.sql.repositories.usages import SqlUsageRepository
from adapters.sql.repositories.users import SqlUserRepository
from adapters.sql.turns import SqlTurns
from application.errors import ServiceUnavailable
from application.keyed_calls.running import keep_answer
from application.ports.unit_of_work import NOTHING


class SqlUnitOfWork:
    """Implements `UnitOfWork` on one session; it can be entered once.

    On SQLite it holds the write lock of the database until its end, on MySQL the locks of the rows it has locked.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._session = AsyncSession(engine, autoflush=False, expire_on_commit=False)
        self._turns = SqlTurns(self._session)

    @cached_property
    def users(self) -> SqlUserRepository:
        """The users."""
        return SqlUserRepository(self._session, self._turns)

    @cached_property
    def sessions(self) -> SqlSessionRepository:
        """The sessions."""
        return SqlSessionRepository(self._session)

    @cached_property
    def mails(self) -> SqlMailRepository:
        """The mails that are to be sent."""
        return SqlMailRepository(self._session)

    @cached_property
    def consents(self) -> SqlConsentRepository:
        """What users agreed to."""
        return SqlConsentRepository(self._session)

    @cached_property
    def mail_links(self) -> SqlMailLinkRepository:
        """The links of mails."""
        return SqlMailLinkRepository(self._session)

    @cached_property
    def requests(self) -> SqlRequestRepository:
        """The requests for faces."""
        return SqlRequestRepository(self._session, self._turns)

    @cached_property
    def generations(self) -> SqlGenerationRepository:
        """The generations."""
        return SqlGenerationRepository(self._session, self._turns)

    @cached_property
    def surveys(self) -> SqlSurveyRepository:
        """The surveys."""
        return SqlSurveyRepository(self._session)

    @cached_property
    def tasks(self) -> SqlTaskRepository:
        """The housekeeping tasks."""
        return SqlTaskRepository(self._session)

    @cached_property
    def throttles(self) -> SqlThrottleRepository:
        """The throttles."""
        return SqlThrottleRepository(self._session)

    @cached_property
    def usages(self) -> SqlUsageRepository:
        """What users have used of the quotas."""
        return SqlUsageRepository(self._session)

    @cached_property
    def erasures(self) -> SqlErasureRepository:
        """The erasures that are not finished."""
        return SqlErasureRepository(self._session)

    @cached_property
    def keyed_calls(self) -> SqlKeyedCallRepository:
        """The calls with an idempotency key."""
        return SqlKeyedCallRepository(self._session)

    @cached_property
    def blob_references(self) -> SqlBlobReferences:
        """Which blobs the rows refer to."""
        return SqlBlobReferences(self._session)

    async def __aenter__(self) -> Self:
        with waiting_for_a_connection():
            await self._session.connection()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A rollback that does not reach the server is not needed: the server undoes what a lost connection has begun.
        with suppress(ServiceUnavailable):
            await self._session.__aexit__(kind, error, trace)

    async def commit(self, returning: object = NOTHING) -> None:
        """Write the turns of users, last the answer that is kept, then make all changes permanent."""
        await self._turns.write()
        await keep_answer(self.keyed_calls, returning)
        await self._session.commit()
