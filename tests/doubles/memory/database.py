"""A database in memory."""

from collections.abc import Callable

from doubles.memory.account_data import MemoryAccountData
from doubles.memory.claims import MemoryClaims
from doubles.memory.locks import Locks
from doubles.memory.tables import Tables
from doubles.memory.transaction import Transaction
from doubles.memory.unit_of_work import MemoryUnitOfWork
from doubles.memory.views import MemoryViews


class MemoryDatabase:
    """Makes units of work, claims, views and account data on the same dicts.

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

    def account_data(self) -> MemoryAccountData:
        """Return what is committed of one user."""
        return MemoryAccountData(self._tables)

    def views(self) -> MemoryViews:
        """Return views of what is committed."""
        return MemoryViews(self._tables)
