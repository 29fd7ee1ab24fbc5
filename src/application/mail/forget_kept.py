"""Remove mails that a process keeps of accounts that are erased."""

from application.ports.mail import KeptMails
from application.ports.unit_of_work import UnitOfWorkFactory


class ForgetKeptMails:
    """Removes the mails that this process keeps to users who are there no longer; returns how many users these were.

    The process that erases an account removes what it keeps itself; where several work on one database, each looks
    after its own folder. Without mails in it nothing is read.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, kept: KeptMails) -> None:
        self._unit_of_work = unit_of_work
        self._kept = kept

    async def __call__(self) -> int:
        readers = await self._kept.readers()
        if not readers:
            return 0
        async with self._unit_of_work() as uow:
            gone = readers - await uow.users.existing(readers)
        await self._kept.erase_of(gone)
        return len(gone)
