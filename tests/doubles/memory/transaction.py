"""One transaction: its changes and its locks."""

from collections.abc import Hashable

from doubles.memory.locks import Locks
from doubles.memory.tables import Draft, Tables


class Transaction:
    """Reads what is committed and what it has written itself; holds its locks until its end."""

    def __init__(self, tables: Tables, locks: Locks) -> None:
        self.users = Draft(tables.users)
        self.sessions = Draft(tables.sessions)
        self.ended_sessions = Draft(tables.ended_sessions)
        self.mails = Draft(tables.mails)
        self.consents = Draft(tables.consents)
        self.mail_links = Draft(tables.mail_links)
        self.requests = Draft(tables.requests)
        self.generations = Draft(tables.generations)
        self.surveys = Draft(tables.surveys)
        self.usages = Draft(tables.usages)
        self.erasures = Draft(tables.erasures)
        self.tasks = Draft(tables.tasks)
        self.keyed_calls = Draft(tables.keyed_calls)
        self._tables = tables
        self.throttles = Draft(tables.throttles)
        self._locks = locks
        self._held: set[Hashable] = set()

    async def lock(self, key: Hashable) -> None:
        """Wait for a lock and take it, unless this transaction holds it."""
        if key not in self._held:
            await self._locks.take(key)
            self._held.add(key)

    def lock_if_free(self, key: Hashable) -> bool:
        """Take a lock and return True, or return False at once if another transaction holds it."""
        if key not in self._held and not self._locks.take_if_free(key):
            return False
        self._held.add(key)
        return True

    def require_lock(self, key: Hashable) -> None:
        """Raise `RuntimeError` if a use case writes what it has not locked: on a database an update could be lost."""
        if key not in self._held:
            raise RuntimeError(f"{key} is written without having been locked.")

    def commit(self) -> None:
        """Make the changes permanent, count the turns of users again, and release the locks."""
        users = {generation.user_id for generation in self.generations.changed()}
        drafts = (
            self.users,
            self.sessions,
            self.ended_sessions,
            self.mails,
            self.consents,
            self.mail_links,
            self.requests,
            self.generations,
            self.surveys,
            self.usages,
            self.erasures,
            self.tasks,
            self.throttles,
            self.keyed_calls,
        )
        for draft in drafts:
            draft.commit()
        for user_id in users:
            self._tables.turns.count_again(user_id, self._tables.generations.values())
        self.end()

    def end(self) -> None:
        """Release the locks."""
        self._locks.release(self._held)
        self._held.clear()
