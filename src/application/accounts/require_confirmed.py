"""Demand a confirmed address, before faces are made."""

from application.errors import AccountGone, AddressNotConfirmed
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.ids import UserId
from domain.user import User


class ConfirmedAddresses:
    """Refuses users who have not confirmed their addresses, where the setting demands that; guests have none."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, *, demanded: bool) -> None:
        self._unit_of_work = unit_of_work
        self._demanded = demanded

    def require(self, user: User) -> None:
        """Raise `AddressNotConfirmed` for a user, who should be locked."""
        if self._demanded and user.confirmed_at is None:
            raise AddressNotConfirmed

    async def require_of(self, user_id: UserId) -> None:
        """Raise `AddressNotConfirmed` or `AccountGone`, before a recording is read."""
        if not self._demanded:
            return
        async with self._unit_of_work() as uow:
            user = await uow.users.get(user_id)
        if user is None:
            raise AccountGone
        self.require(user)
