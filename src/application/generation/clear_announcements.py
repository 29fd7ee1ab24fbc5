"""Announce everything again after the queue was lost with the memory of its process."""

from application.ports.unit_of_work import UnitOfWorkFactory


class ClearAnnouncements:
    """Marks all queued generations as not announced, so that `AnnounceDue` announces them; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            cleared = await uow.generations.clear_announcements()
            await uow.commit()
        return cleared
