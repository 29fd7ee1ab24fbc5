"""Show an account."""

from application.errors import AccountGone
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.ids import UserId
from domain.retention import Retention
from domain.user import User


class ShowAccount:
    """Returns the user that a token names; raises `AccountGone` if the account does not exist any more."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, retention: Retention) -> None:
        self._unit_of_work = unit_of_work
        self.retention = retention
        """From which follows when the account is due for erasure."""

    async def __call__(self, user_id: UserId) -> User:
        async with self._unit_of_work() as uow:
            user = await uow.users.get(user_id)
        if user is None:
            raise AccountGone
        return user
