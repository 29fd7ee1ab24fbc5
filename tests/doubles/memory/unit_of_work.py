"""The unit of work, on dicts."""

from types import TracebackType
from typing import Self

from application.keyed_calls.running import keep_answer
from application.ports.unit_of_work import NOTHING
from doubles.memory.consents import MemoryConsentRepository
from doubles.memory.erasures import MemoryErasureRepository
from doubles.memory.keyed_calls import MemoryKeyedCallRepository
from doubles.memory.mail_links import MemoryMailLinkRepository
from doubles.memory.mails import MemoryMailRepository
from doubles.memory.repositories import (
    MemoryBlobReferences,
    MemoryGenerationRepository,
    MemoryRequestRepository,
    MemorySurveyRepository,
    MemoryTaskRepository,
    MemoryUserRepository,
)
from doubles.memory.sessions import MemorySessionRepository
from doubles.memory.throttles import MemoryThrottleRepository
from doubles.memory.transaction import Transaction
from doubles.memory.usages import MemoryUsageRepository


class MemoryUnitOfWork:
    """Implements `UnitOfWork`; it can be entered once."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.users = MemoryUserRepository(transaction)
        self.sessions = MemorySessionRepository(transaction)
        self.mails = MemoryMailRepository(transaction)
        self.consents = MemoryConsentRepository(transaction)
        self.mail_links = MemoryMailLinkRepository(transaction)
        self.requests = MemoryRequestRepository(transaction)
        self.generations = MemoryGenerationRepository(transaction)
        self.surveys = MemorySurveyRepository(transaction)
        self.usages = MemoryUsageRepository(transaction)
        self.tasks = MemoryTaskRepository(transaction)
        self.throttles = MemoryThrottleRepository(transaction)
        self.erasures = MemoryErasureRepository(transaction)
        self.keyed_calls = MemoryKeyedCallRepository(transaction)
        self.blob_references = MemoryBlobReferences(transaction)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transaction.end()

    async def commit(self, returning: object = NOTHING) -> None:
        """Keep the answer, then make all changes permanent."""
        await keep_answer(self.keyed_calls, returning)
        self._transaction.commit()
