"""Erase accounts whose day has come."""

from collections.abc import Awaitable, Callable, Sequence

from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.retention.batches import do_to_all
from application.security_events import record
from domain.ids import UserId
from domain.user import User

EraseAccount = Callable[[UserId, Callable[[User], bool]], Awaitable[object]]
"""Erases an account with all that is its user's, if the user, once locked, is still such a one.

Returns None where nothing was erased.
"""


class EraseDueAccounts:
    """Erases idle accounts whose users were told, and guests who have not signed up; returns how many."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, erase_account: EraseAccount, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._erase_account = erase_account
        self._clock = clock

    async def __call__(self) -> int:
        return await do_to_all(self._find, self._erase)

    async def _find(self, limit: int) -> Sequence[UserId]:
        async with self._unit_of_work() as uow:
            return await uow.users.due_for_erasure(self._clock(), limit)

    async def _erase(self, user_id: UserId) -> bool:
        erased = await self._erase_account(user_id, lambda user: user.is_to_be_erased(self._clock()))
        if erased is None:
            return False
        record("retention", user=user_id, accounts=1)
        return True
