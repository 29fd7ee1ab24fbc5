"""Claims in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta

from application.ports.claims import ClaimedGeneration
from domain.ids import GenerationId
from doubles.memory.turns import Turns
from doubles.memory.unit_of_work import MemoryUnitOfWork


class MemoryClaims:
    """Implements `Claims` with `Generation.claim`."""

    def __init__(self, unit_of_work: Callable[[], MemoryUnitOfWork], turns: Turns) -> None:
        self._unit_of_work = unit_of_work
        self._turns = turns

    async def take(self, now: datetime, lease: timedelta) -> ClaimedGeneration | None:
        """Choose one and lock it, until what is locked is still the one to choose; then claim it and commit."""
        while (fairest := self._fairest(now)) is not None:
            async with self._unit_of_work() as uow:
                generation = await uow.generations.lock(fairest)
                request = await uow.requests.get(generation.request_id) if generation else None
                if generation is None or request is None or self._fairest(now) != fairest:
                    continue
                generation.claim(now, lease)
                await uow.generations.save(generation)
                await uow.commit()
            return ClaimedGeneration(generation=generation, request=request)
        return None

    def _fairest(self, now: datetime) -> GenerationId | None:
        heads = (turn.queued[0] for _, turn in self._turns.in_order())
        return next((head.id for head in heads if head.due_at <= now), None)
