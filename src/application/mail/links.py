"""Make the links of mails, and use them."""

from application.errors import InvalidMailLink
from application.ports.auth import MailLinkSigner
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork
from domain.mail import Mail
from domain.mail_link import LinkPurpose, MailLink
from domain.user import User


class MailLinks:
    """Makes links and uses them, within a unit of work of the caller's."""

    def __init__(self, signer: MailLinkSigner, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock

    async def make(self, uow: UnitOfWork, mail: Mail, purpose: LinkPurpose, user: User) -> str:
        """Return the token of a new link of a user who was locked; the user's older ones for it work no longer."""
        link = MailLink.of(mail, purpose, user.id, self._clock())
        await uow.mail_links.replace(link)
        return self._signer.sign(link.id)

    async def find(self, uow: UnitOfWork, token: str, purpose: LinkPurpose) -> MailLink:
        """Return the link of a token, without using it; raises `InvalidMailLink`."""
        link = await uow.mail_links.find(self._signer.read(token))
        if link is None or not link.works(purpose, self._clock()):
            raise InvalidMailLink
        return link

    async def use(self, uow: UnitOfWork, token: str, purpose: LinkPurpose) -> User:
        """Lock the user of a link and remove the link; raises `InvalidMailLink`, also where the address has changed."""
        link = await self.find(uow, token, purpose)
        user = await uow.users.lock(link.user_id)
        if user is None or user.email != link.address or not await uow.mail_links.remove(link.id):
            raise InvalidMailLink
        return user
