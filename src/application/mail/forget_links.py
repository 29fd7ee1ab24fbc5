"""Remove links of mails that have expired."""

from datetime import timedelta

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory

TASK = "forget_mail_links"
EVERY = timedelta(hours=1)


class ForgetMailLinks:
    """Removes them once an hour, whichever process comes first; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            is_ours = await uow.tasks.take(TASK, self._clock(), EVERY)
            removed = await uow.mail_links.remove_old(self._clock()) if is_ours else 0
            await uow.commit()
        return removed
