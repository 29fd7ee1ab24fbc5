"""End the attempts whose lease has run out."""

import logging

from application.generation.change import settle_if_ended
from application.log_context import LogContext
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory

BATCH = 50

log = logging.getLogger(__name__)


class RecoverExpired:
    """Expires attempts whose lease has run out: their generations are queued again or fail; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            now = self._clock()
            expired = await uow.generations.lock_expired(now, BATCH)
            for generation in expired:
                generation.expire(now)
                with LogContext(trace_id=generation.trace_id, user_id=generation.user_id):
                    log.warning(
                        "generation %s, attempt %d had no heartbeat and expired; the generation is %s",
                        generation.id,
                        generation.attempt,
                        generation.state,
                    )
                await uow.generations.save(generation)
                await settle_if_ended(uow, generation)
            await uow.commit()
        return len(expired)
