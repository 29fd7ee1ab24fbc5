"""Erase accounts whose day has come."""

from collections.abc import Sequence

from application.accounts.account_erasure import AccountErasure
from application.errors import AccountGone
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.retention.batches import do_to_all
from application.security_events import record
from domain.ids import UserId
from domain.user import User


class NotDue(Exception):
    """The user came back, or signed up, at the last moment."""


class EraseDueAccounts:
    """Erases idle accounts whose users were told, and guests who have not signed up; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, erase_account: AccountErasure, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._erase_account = erase_account
        self._clock = clock

    async def __call__(self) -> int:
        return await do_to_all(self._find, self._erase)

    async def _find(self, limit: int) -> Sequence[UserId]:
        async with self._unit_of_work() as uow:
            return await uow.users.due_for_erasure(self._clock(), limit)

    async def _erase(self, user_id: UserId) -> bool:
        try:
            await self._erase_account(user_id, self._require_due)
        except (AccountGone, NotDue):
            return False
        record("retention", user=user_id, accounts=1)
        return True

    def _require_due(self, user: User) -> None:
        if not user.is_to_be_erased(self._clock()):
            raise NotDue
