"""The calls with an idempotency key in memory, on one transaction."""

from dataclasses import replace
from datetime import datetime

from domain.ids import UserId
from domain.keyed_call import KeptAnswer, KeyedCall
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemoryKeyedCallRepository:
    """Implements `KeyedCallRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def lock(self, call_id: str) -> KeyedCall | None:
        """Lock it, then look it up."""
        await self._transaction.lock(call_id)
        return self._transaction.keyed_calls.get(call_id)

    @pausing
    async def count(self, user_id: UserId, began_after: datetime) -> int:
        """Search all."""
        calls = self._transaction.keyed_calls.all()
        return sum(call.user_id == user_id and call.began_at > began_after for call in calls)

    async def add(self, call: KeyedCall) -> None:
        """Add it; its user must be locked."""
        self._transaction.require_lock(call.user_id)
        self._transaction.keyed_calls.put(call.id, call)

    async def save(self, call: KeyedCall) -> None:
        """Replace it; it must be locked."""
        self._transaction.require_lock(call.id)
        self._transaction.keyed_calls.put(call.id, call)

    async def keep(self, call: KeyedCall, answer: KeptAnswer) -> bool:
        """Lock it, then replace it."""
        running = await self._running(call)
        if running is not None:
            self._transaction.keyed_calls.put(call.id, replace(running, answer=answer))
        return running is not None

    async def release(self, call: KeyedCall) -> None:
        """Lock it, then remove it."""
        if await self._running(call) is not None:
            self._transaction.keyed_calls.remove(call.id)

    async def remove_old(self, began_before: datetime) -> int:
        """Search all."""
        old = [one.id for one in self._transaction.keyed_calls.all() if one.began_at <= began_before]
        for key in old:
            self._transaction.keyed_calls.remove(key)
        return len(old)

    async def _running(self, call: KeyedCall) -> KeyedCall | None:
        found = await self.lock(call.id)
        return found if found and found.attempt == call.attempt and found.answer is None else None
