"""Remove what no daily quota counts any more."""

from datetime import timedelta

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.usage import WINDOW

TASK = "remove_old_usage"
EVERY = timedelta(hours=1)


class RemoveOldUsage:
    """Removes it once an hour, whichever process comes first; returns how many rows this process removed."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            now = self._clock()
            is_ours = await uow.tasks.take(TASK, now, EVERY)
            removed = await uow.usages.remove_old(now - WINDOW) if is_ours else 0
            await uow.commit()
        return removed
