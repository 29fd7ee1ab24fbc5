"""Tell users whom the service has not seen for long when their accounts will be erased."""

from collections.abc import Sequence

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.retention.batches import do_to_all
from domain.ids import UserId
from domain.mail import Mail, MailKind
from domain.retention import Retention


class TellIdleUsers:
    """Writes each of them a mail, from which on the day that it names is kept to; returns how many.

    A user who came back keeps the account. So does one whom the periods of today do not count as idle: then the mail
    has told of an erasure that does not come, but never is an account erased before a mail says so.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock, retention: Retention) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._retention = retention

    async def __call__(self) -> int:
        await do_to_all(self._find_those_who_came_back, self._keep)
        return await do_to_all(self._find_idle, self._tell)

    async def _find_those_who_came_back(self, limit: int) -> Sequence[UserId]:
        async with self._unit_of_work() as uow:
            return await uow.users.came_back(self._retention.idle_since(self._clock()), limit)

    async def _keep(self, user_id: UserId) -> bool:
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(user_id)
            if user is None or user.erase_at is None or user.is_guest:
                return False
            user.keep()
            await uow.users.save(user)
            await uow.commit()
        return True

    async def _find_idle(self, limit: int) -> Sequence[UserId]:
        async with self._unit_of_work() as uow:
            return await uow.users.idle(self._retention.idle_since(self._clock()), limit)

    async def _tell(self, user_id: UserId) -> bool:
        now = self._clock()
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(user_id)
            if user is None or user.email is None or user.erase_at is not None:
                return False
            erase_at = self._retention.after_notice(user.last_seen_at, now)
            if erase_at is None:
                return False
            user.announce_erasure(erase_at)
            facts = {"day": erase_at.date().isoformat()}
            await uow.users.save(user)
            await uow.mails.add(Mail.write(MailKind.IDLE_ACCOUNT, user.email, user.language, now, facts))
            await uow.commit()
        return True
