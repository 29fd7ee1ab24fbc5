"""The port for transactions."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from application.ports.account_repositories import (
    ConsentRepository,
    MailLinkRepository,
    MailRepository,
    SessionRepository,
    UserRepository,
)
from application.ports.keyed_calls import KeyedCallRepository
from application.ports.repositories import (
    BlobReferences,
    ErasureRepository,
    GenerationRepository,
    RequestRepository,
    SurveyRepository,
    TaskRepository,
    ThrottleRepository,
    UsageRepository,
)


class _Nothing:
    """The type of `NOTHING`."""


NOTHING = _Nothing()
"""What a commit returns that does not end a use case; None is what some use cases return."""


class UnitOfWork(Protocol):
    """One transaction over all repositories: leaving it without `commit` undoes everything.

    Entering it, committing it and every repository raise `ServiceUnavailable` if the database does not answer, or if it
    has rolled this transaction back to end a deadlock: then nothing was written, and it can be tried again.
    """

    @property
    def users(self) -> UserRepository: ...
    @property
    def sessions(self) -> SessionRepository: ...
    @property
    def mails(self) -> MailRepository: ...
    @property
    def consents(self) -> ConsentRepository: ...
    @property
    def mail_links(self) -> MailLinkRepository: ...
    @property
    def requests(self) -> RequestRepository: ...
    @property
    def generations(self) -> GenerationRepository: ...
    @property
    def surveys(self) -> SurveyRepository: ...
    @property
    def tasks(self) -> TaskRepository: ...
    @property
    def throttles(self) -> ThrottleRepository: ...
    @property
    def usages(self) -> UsageRepository: ...
    @property
    def erasures(self) -> ErasureRepository: ...
    @property
    def keyed_calls(self) -> KeyedCallRepository: ...
    @property
    def blob_references(self) -> BlobReferences: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self, returning: object = NOTHING) -> None:
        """Make all changes permanent.

        A use case that users call says with its last commit what it returns. If the call has an idempotency key, its
        answer is then kept in the same transaction; raises `KeyRunning` if another attempt at the call has begun.
        """
        ...


UnitOfWorkFactory = Callable[[], UnitOfWork]
