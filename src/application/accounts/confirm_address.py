"""Confirm the address of an account."""

from application.mail.links import MailLinks
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.mail_link import LinkPurpose


class ConfirmAddress:
    """Notes that the user of a link reads the mails to the address; raises `InvalidMailLink`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, links: MailLinks, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._links = links
        self._clock = clock

    async def __call__(self, token: str) -> None:
        async with self._unit_of_work() as uow:
            user = await self._links.use(uow, token, LinkPurpose.CONFIRM)
            user.confirm(self._clock())
            user.come_back(self._clock())
            await uow.users.save(user)
            await uow.commit()
        record("address_confirmed", user=user.id)
