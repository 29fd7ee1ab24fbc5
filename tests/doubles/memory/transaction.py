"""One transaction: its changes and its locks."""

from collections.abc import Hashable

from doubles.memory.locks import Locks
from doubles.memory.tables import Draft, Tables


class Transaction:
    """Reads what others committed and what it wrote itself; its locks last until its end."""

    def __init__(self, tables: Tables, locks: Locks) -> None:
        self.users = Draft(tables.users)
        self.requests = Draft(tables.requests)
        self.generations = Draft(tables.generations)
        self.surveys = Draft(tables.surveys)
        self.tasks = Draft(tables.tasks)
        self._locks = locks
        self._held: set[Hashable] = set()

    async def lock(self, thing: Hashable) -> None:
        """Wait for a lock; one that is held already is held."""
        if thing not in self._held:
            await self._locks.take(thing)
            self._held.add(thing)

    def lock_if_free(self, thing: Hashable) -> bool:
        """Take a lock, or tell that another transaction holds it."""
        if thing not in self._held and not self._locks.take_if_free(thing):
            return False
        self._held.add(thing)
        return True

    def require_lock(self, thing: Hashable) -> None:
        """Raise `RuntimeError` for a use case that writes what it did not lock: on a database that is a lost update."""
        if thing not in self._held:
            raise RuntimeError(f"{thing} is written without having been locked.")

    def commit(self) -> None:
        """Make the changes last, and give the locks back."""
        for draft in (self.users, self.requests, self.generations, self.surveys, self.tasks):
            draft.commit()
        self.end()

    def end(self) -> None:
        """Give the locks back."""
        self._locks.release(self._held)
        self._held.clear()
