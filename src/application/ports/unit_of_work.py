"""The transaction: all or nothing."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from application.ports.repositories import (
    BlobReferences,
    GenerationRepository,
    RequestRepository,
    SurveyRepository,
    TaskRepository,
    UserRepository,
)


class UnitOfWork(Protocol):
    """One transaction over all repositories: leaving it without `commit` undoes everything.

    Entering, committing and every repository raise `ServiceUnavailable` when the database cannot be reached,
    or when it broke a deadlock at this transaction's cost: nothing of it was written, so it may be tried again.
    """

    @property
    def users(self) -> UserRepository: ...
    @property
    def requests(self) -> RequestRepository: ...
    @property
    def generations(self) -> GenerationRepository: ...
    @property
    def surveys(self) -> SurveyRepository: ...
    @property
    def tasks(self) -> TaskRepository: ...
    @property
    def blob_references(self) -> BlobReferences: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self) -> None:
        """Make it last."""
        ...


UnitOfWorkFactory = Callable[[], UnitOfWork]
