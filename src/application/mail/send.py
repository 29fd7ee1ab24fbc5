"""Send mails."""

from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage

from application.accounts.throttles import Throttles
from application.errors import TooManyTries
from application.mail.links import MailLinks
from application.ports.clock import Clock
from application.ports.mail import Mailer, MailRefused, MailWriter
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.security_events import record
from domain.ids import UserId
from domain.mail import Mail, MailKind
from domain.mail_link import PURPOSES
from domain.user import User


class SendMails:
    """Sends the mails that are due, one after the other; returns how many it sent.

    Raises `ServiceUnavailable` at the first one that must be tried again, which then waits for a pause that grows. A
    process that is killed between sending a mail and removing it sends it once more.

    Whether a mail has a reader is decided here, since asking for one must not tell it: a mail to an address without an
    account, and one more of those that make a new password than an account gets in an hour, are dropped.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        mailer: Mailer,
        writer: MailWriter,
        links: MailLinks,
        throttles: Throttles,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._mailer = mailer
        self._writer = writer
        self._links = links
        self._throttles = throttles
        self._clock = clock

    async def __call__(self) -> int:
        sent = 0
        while mails := await self._take():
            for mail in mails:
                sent += await self._deliver(mail)
        return sent

    async def _take(self) -> Sequence[Mail]:
        """Return a mail that no other process sends meanwhile, if one is due."""
        async with self._unit_of_work() as uow:
            mails = await uow.mails.lock_due(self._clock(), 1)
            for mail in mails:
                mail.try_to_send(self._clock())
                await uow.mails.save(mail)
            await uow.commit()
        return mails

    async def _deliver(self, mail: Mail) -> bool:
        """Send a mail that has a reader, then remove it; tell whether it was sent."""
        if mail.is_given_up(self._clock()):
            await self._remove(mail, "mail_given_up")
            return False
        try:
            written = await self._written(mail)
            if written is not None:
                await self._mailer.send(*written)
        except MailRefused:
            await self._remove(mail, "mail_refused")
            return False
        await self._remove(mail, None)
        return written is not None

    async def _written(self, mail: Mail) -> tuple[EmailMessage, UserId] | None:
        """Return the message, with a new link where its kind has one, and its reader; None where there is none."""
        async with self._unit_of_work() as uow:
            found = await uow.users.find(mail.address)
            user = await uow.users.lock(found.id) if found else None
            if user is None or user.email != mail.address or not _is_wanted(mail, user):
                return None
            purpose = PURPOSES.get(mail.kind)
            token = await self._links.make(uow, mail, purpose, user) if purpose else None
            if mail.kind is MailKind.RESET_PASSWORD and mail.tries == 1:
                try:
                    await self._throttles.count(uow, self._throttles.of_reset_mails_to(user))
                except TooManyTries:
                    return None
            await uow.commit()
        # A reset is asked for now, and perhaps in another language than the account was made in.
        language = mail.language if mail.kind is MailKind.RESET_PASSWORD else user.language
        return self._writer.write(replace(mail, language=language), token), user.id

    async def _remove(self, mail: Mail, event: str | None) -> None:
        """Remove a mail that is not tried again; if its account was erased meanwhile, nothing of the mail stays."""
        async with self._unit_of_work() as uow:
            if event == "mail_given_up" and mail.kind is MailKind.IDLE_ACCOUNT:
                await _keep_account(uow, mail.address)  # its user was not told: the next sweep tells again
            was_there = await uow.mails.remove(mail.id)
            await uow.commit()
        if not was_there:
            await self._mailer.erase(mail.address)
        if event:
            record(event, mail=mail.id, kind=mail.kind, tries=mail.tries)


async def _keep_account(uow: UnitOfWork, address: str) -> None:
    """Let the account of an address stay, which was to be erased as its user was away."""
    found = await uow.users.find(address)
    user = await uow.users.lock(found.id) if found else None
    if user is not None and user.email == address:
        user.keep()
        await uow.users.save(user)


def _is_wanted(mail: Mail, user: User) -> bool:
    """Tell whether the user has a use for a mail that was asked for some time ago."""
    match mail.kind:
        case MailKind.CONFIRM_ADDRESS:
            return user.confirmed_at is None
        case MailKind.IDLE_ACCOUNT:
            return user.erase_at is not None
        case _:
            return True
