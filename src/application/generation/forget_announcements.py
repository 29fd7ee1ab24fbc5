"""Start over after a queue that lived in a process's memory died with it."""

from application.ports.unit_of_work import UnitOfWorkFactory


class ForgetAnnouncements:
    """Marks all that is queued as unannounced, so that `AnnounceDue` calls it out again; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            forgotten = await uow.generations.forget_announcements()
            await uow.commit()
        return forgotten
