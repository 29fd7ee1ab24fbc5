"""Demand a confirmed address, before faces are made."""

from application.errors import AddressNotConfirmed
from domain.user import User


class ConfirmedAddresses:
    """Refuses users who have not confirmed their addresses, where the setting demands that; guests have none."""

    def __init__(self, *, demanded: bool) -> None:
        self._demanded = demanded

    def require(self, user: User) -> None:
        """Raise `AddressNotConfirmed` for a user, who should be locked."""
        if self._demanded and user.confirmed_at is None:
            raise AddressNotConfirmed
