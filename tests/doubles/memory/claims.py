"""Claims in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta

from application.ports.claims import ClaimedGeneration
from domain.ids import GenerationId
from doubles.memory.unit_of_work import MemoryUnitOfWork


class MemoryClaims:
    """Implements `Claims` with `Generation.claim`."""

    def __init__(self, unit_of_work: Callable[[], MemoryUnitOfWork]) -> None:
        self._unit_of_work = unit_of_work

    async def take(
        self, generation_id: GenerationId, now: datetime, lease: timedelta
    ) -> ClaimedGeneration | None:
        """Lock, claim and commit."""
        async with self._unit_of_work() as uow:
            generation = await uow.generations.lock(generation_id)
            request = await uow.requests.get(generation.request_id) if generation else None
            if generation is None or request is None:
                return None
            generation.claim(now, lease)
            await uow.generations.save(generation)
            await uow.commit()
        return ClaimedGeneration(generation=generation, request=request)
