"""Ask for another mail to confirm the address."""

from application.accounts.throttles import Throttles
from application.errors import AccountGone, NoAddress
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.ids import UserId
from domain.mail import Mail, MailKind


class AskForConfirmation:
    """Writes down a mail with a link to confirm the caller's address, unless that was done.

    Raises `AccountGone`, `NoAddress` and `TooManyTries`.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, throttles: Throttles, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._throttles = throttles
        self._clock = clock

    async def __call__(self, user_id: UserId) -> None:
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(user_id)
            if user is None:
                raise AccountGone
            if user.email is None:
                raise NoAddress
            if user.confirmed_at is None:
                await self._throttles.count(uow, self._throttles.of_confirmation_mails(user_id))
                mail = Mail.write(MailKind.CONFIRM_ADDRESS, user.email, user.language, self._clock())
                await uow.mails.add(mail)
            await uow.commit(returning=None)
