"""The erasures in memory, on one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import islice

from domain.erasure import Erasure
from domain.ids import ErasureId
from doubles.memory.pausing import pausing
from doubles.memory.transaction import Transaction


class MemoryErasureRepository:
    """Implements `ErasureRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, erasures: Collection[Erasure]) -> None:
        """Add them."""
        for erasure in erasures:
            await self._transaction.lock(erasure.id)
            self._transaction.erasures.put(erasure.id, erasure)

    @pausing
    async def lock_due(self, now: datetime, limit: int) -> Sequence[Erasure]:
        """Search all, skipping what is locked."""
        due = sorted(
            (one.due_at, one.id, one) for one in self._transaction.erasures.all() if one.due_at <= now
        )
        free = (one for _, key, one in due if self._transaction.lock_if_free(key))
        return list(islice(free, limit))

    @pausing
    async def lock(self, erasure_id: ErasureId) -> Erasure | None:
        """Look it up, locked."""
        await self._transaction.lock(erasure_id)
        return self._transaction.erasures.get(erasure_id)

    async def save(self, erasure: Erasure) -> None:
        """Replace it; it must be locked."""
        self._transaction.require_lock(erasure.id)
        self._transaction.erasures.put(erasure.id, erasure)

    async def remove(self, erasure: Erasure) -> None:
        """Remove it; it must be locked."""
        self._transaction.require_lock(erasure.id)
        self._transaction.erasures.remove(erasure.id)

    @pausing
    async def not_forgotten(self) -> Collection[ErasureId]:
        """Search all."""
        return [one.id for one in self._transaction.erasures.all() if not one.is_forgotten]

    async def forget(self, erasure_ids: Collection[ErasureId]) -> None:
        """Lock each, then save those that are still there."""
        for erasure_id in sorted(erasure_ids):
            erasure = await self.lock(erasure_id)
            if erasure is not None:
                erasure.is_forgotten = True
                await self.save(erasure)
