"""Take back what silent workers hold."""

import logging

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory

BATCH = 50

log = logging.getLogger(__name__)


class RecoverExpired:
    """Queues again, or fails after the last attempt, what runs on a lease that has run out; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            now = self._clock()
            expired = await uow.generations.lock_expired(now, BATCH)
            for generation in expired:
                generation.expire(now)
                log.warning("generation %s: its worker fell silent; now %s", generation.id, generation.state)
                await uow.generations.save(generation)
            await uow.commit()
        return len(expired)
