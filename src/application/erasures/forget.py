"""Rid the files of the database of what was erased."""

from datetime import timedelta

from application.ports.clock import Clock
from application.ports.database_files import DatabaseFiles
from application.ports.unit_of_work import UnitOfWorkFactory

TASK = "forget_erased"
EVERY = timedelta(seconds=10)
"""How often at most, by all processes together: one time serves all erasures before it."""


class ForgetErased:
    """Makes the database forget the rows that were erased since the last time; returns of how many erasures.

    If that fails or the process is killed meanwhile, it is tried again in the next period.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, files: DatabaseFiles, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._files = files
        self._clock = clock

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            erasures = await uow.erasures.not_forgotten()
            is_ours = bool(erasures) and await uow.tasks.take(TASK, self._clock(), EVERY)
            await uow.commit()
        if not is_ours:
            return 0
        await self._files.forget_deleted()
        async with self._unit_of_work() as uow:
            await uow.erasures.forget(erasures)
            await uow.commit()
        return len(erasures)
