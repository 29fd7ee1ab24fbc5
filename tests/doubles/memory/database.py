"""A database in memory."""

from collections.abc import Callable

from doubles.memory.claims import MemoryClaims
from doubles.memory.locks import Locks
from doubles.memory.tables import Tables
from doubles.memory.transaction import Transaction
from doubles.memory.unit_of_work import MemoryUnitOfWork
from doubles.memory.views import MemoryViews


class MemoryDatabase:
    """Makes units of work, claims and views on the same dicts.

    A lock that does not become free within `patience` seconds raises `ServiceUnavailable`, as on a real database.
    """

    def __init__(self, patience: float = 5.0) -> None:
        self._tables = Tables()
        self._locks = Locks(patience)

    def unit_of_work(self) -> MemoryUnitOfWork:
        """Return a new transaction."""
        return MemoryUnitOfWork(Transaction(self._tables, self._locks))

    def claims(self, unit_of_work: Callable[[], MemoryUnitOfWork] | None = None) -> MemoryClaims:
        """Return claims of generations, which may use other units of work on this database."""
        return MemoryClaims(unit_of_work or self.unit_of_work, self._tables.turns)

    def views(self) -> MemoryViews:
        """Return views of what is committed."""
        return MemoryViews(self._tables)
