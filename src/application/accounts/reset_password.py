"""Reset a password by the link of a mail."""

from dataclasses import dataclass

from application.accounts.new_passwords import NewPasswords
from application.accounts.sessions import Sessions
from application.accounts.throttles import Refusals, Throttles
from application.mail.links import MailLinks
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.mail import Mail, MailKind
from domain.mail_link import LinkPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPasswordCommand:
    """The token of the link, the password that takes the place of the old one, and where the client is."""

    token: str
    password: str
    client_address: str


class ResetPassword:
    """Gives the account of a link a new password and ends all its sessions.

    The user has shown to read the mails to the address, so it is confirmed, wrong passwords are forgotten, and this
    client is at home. Raises `InvalidMailLink`; `InvalidValue` and `HashingBusy`, after which the link still works.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        links: MailLinks,
        new_passwords: NewPasswords,
        sessions: Sessions,
        throttles: Throttles,
        refusals: Refusals,
        *,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._links = links
        self._new_passwords = new_passwords
        self._sessions = sessions
        self._throttles = throttles
        self._refusals = refusals
        self._clock = clock

    async def __call__(self, command: ResetPasswordCommand) -> None:
        async with self._unit_of_work() as uow:
            email = (await self._links.find(uow, command.token, LinkPurpose.RESET)).address
        password_hash = await self._new_passwords.hash_of(command.password, email)
        async with self._unit_of_work() as uow:
            user = await self._links.use(uow, command.token, LinkPurpose.RESET)
            user.password_hash = password_hash
            user.confirm(self._clock())
            user.come_back(self._clock())
            user.last_login_from = self._throttles.home(user, command.client_address)
            await uow.users.save(user)
            ended = await self._sessions.end(uow, await uow.sessions.lock_of_user(user.id))
            await uow.mails.add(Mail.write(MailKind.PASSWORD_CHANGED, email, user.language, self._clock()))
            await self._throttles.forgive_passwords(uow, email)
            await uow.commit()
        self._sessions.refuse(ended)
        self._refusals.forget(email, command.client_address)
        record("password_reset", user=user.id, sessions=len(ended))
