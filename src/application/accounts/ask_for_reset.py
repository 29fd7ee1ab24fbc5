"""Ask for a mail to reset a password."""

from dataclasses import dataclass

from application.accounts.throttles import Throttles
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.mail import Mail, MailKind
from domain.user import Language, email_address


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForResetCommand:
    """The address of an account that there may be, and where the client is."""

    email: str
    language: Language
    client_address: str


class AskForReset:
    """Writes down a mail with a link to choose a new password; raises `InvalidValue` and `TooManyTries`.

    It does the same for every address, so neither words nor time tell whether there is an account: `SendMails` looks
    for it later.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, throttles: Throttles, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._throttles = throttles
        self._clock = clock

    async def __call__(self, command: AskForResetCommand) -> None:
        address = email_address(command.email)
        mail = Mail.write(MailKind.RESET_PASSWORD, address, command.language, self._clock())
        async with self._unit_of_work() as uow:
            await self._throttles.count(uow, self._throttles.of_resets(command.client_address))
            await uow.mails.add(mail)
            await uow.commit()
