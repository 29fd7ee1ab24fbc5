"""The throttles in memory, on one transaction."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from domain.throttling import Throttle
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemoryThrottleRepository:
    """Implements `ThrottleRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @pausing
    async def read(self, keys: Collection[str]) -> Sequence[Throttle]:
        """Look them up."""
        return self._found(keys)

    async def lock(self, keys: Collection[str], now: datetime) -> Sequence[Throttle]:
        """Lock them in one order, then look them up."""
        for key in sorted(keys):
            await self._transaction.lock(key)
        return [self._transaction.throttles.get(key) or Throttle(key, 0, now) for key in keys]

    async def save(self, throttles: Iterable[Throttle]) -> None:
        """Replace them; they must be locked."""
        for throttle in throttles:
            self._transaction.require_lock(throttle.key)
            self._transaction.throttles.put(throttle.key, throttle)

    async def take_back(self, keys: Collection[str]) -> None:
        """Lock them, and save those with a smaller count."""
        await self._lock_all(keys)
        await self.save(replace(one, count=one.count - 1) for one in self._found(keys) if one.count)

    async def remove(self, keys: Collection[str]) -> None:
        """Lock them, then remove them."""
        await self._lock_all(keys)
        for key in keys:
            self._transaction.throttles.remove(key)

    async def remove_old(self, before: datetime, limit: int) -> int:
        """Search all, lock what is found, then remove what is still old."""
        found = [one.key for one in self._transaction.throttles.all() if one.since < before][:limit]
        await self._lock_all(found)
        old = [one.key for one in self._found(found) if one.since < before]
        await self.remove(old)
        return len(old)

    async def _lock_all(self, keys: Iterable[str]) -> None:
        for key in sorted(keys):
            await self._transaction.lock(key)

    def _found(self, keys: Iterable[str]) -> list[Throttle]:
        found = map(self._transaction.throttles.get, keys)
        return [throttle for throttle in found if throttle is not None]
