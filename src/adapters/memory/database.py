"""The database that is gone when the test is."""

from adapters.memory.claims import MemoryClaims
from adapters.memory.locks import Locks
from adapters.memory.tables import Tables
from adapters.memory.transaction import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.memory.views import MemoryViews


class MemoryDatabase:
    """Makes units of work and views on the same dicts.

    A lock that does not come free within `patience` seconds raises `ServiceUnavailable`, as on a real database.
    """

    def __init__(self, patience: float = 5.0) -> None:
        self._tables = Tables()
        self._locks = Locks(patience)

    def unit_of_work(self) -> MemoryUnitOfWork:
        """Return a new transaction."""
        return MemoryUnitOfWork(Transaction(self._tables, self._locks))

    def claims(self) -> MemoryClaims:
        """Return how workers take generations."""
        return MemoryClaims(self.unit_of_work)

    def views(self) -> MemoryViews:
        """Return views of what is committed."""
        return MemoryViews(self._tables)
