"""Remove throttles that no longer hold anything back."""

from datetime import timedelta

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.throttling import FORGOTTEN_AFTER

TASK = "forget_throttles"
BATCH = 1000
EVERY = timedelta(hours=1)


class ForgetThrottles:
    """Removes old throttles once an hour, whichever process comes first; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            is_ours = await uow.tasks.take(TASK, self._clock(), EVERY)
            await uow.commit()
        removed, batch = 0, BATCH * is_ours
        while batch == BATCH:
            async with self._unit_of_work() as uow:
                batch = await uow.throttles.remove_old(self._clock() - FORGOTTEN_AFTER, BATCH)
                await uow.commit()
            removed += batch
        return removed
