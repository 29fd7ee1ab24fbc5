"""Compare passwords with those of accounts, no more often than the throttles allow."""

from dataclasses import dataclass

from application.accounts.throttles import Limit, Refusals, Throttles
from application.errors import (
    AccountGone,
    HashingBusy,
    NoPassword,
    TooManyTries,
    WrongCredentials,
    WrongPassword,
)
from application.ports.auth import PasswordHasher
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.security_events import record
from domain.ids import UserId
from domain.text import composed
from domain.user import User, normal_form


@dataclass(frozen=True, slots=True, kw_only=True)
class RightPassword:
    """A password that was right for an account; it may have been changed since."""

    user: User
    client_address: str
    limits: list[Limit]
    """What this try was counted under."""


class PasswordTries:
    """Compares passwords; both ways raise `TooManyTries` and `HashingBusy` beside what they say.

    Each try counts as a wrong one before its password is looked at, so that many at once are no way around the limits.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        passwords: PasswordHasher,
        throttles: Throttles,
        refusals: Refusals,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._passwords = passwords
        self._throttles = throttles
        self._refusals = refusals

    async def for_email(self, email: str, password: str, client_address: str) -> RightPassword:
        """Return the account with this address; raises `WrongCredentials`.

        An unknown address is refused like a wrong password, after the same hashing and as often.
        """
        address = normal_form(email)
        self._refusals.require_none(address, client_address)
        async with self._unit_of_work() as uow:
            user = await uow.users.find(address)
            limits = await self._count(uow, address, user, client_address)
        if not await self._is_right(user, password, limits) or user is None:
            raise WrongCredentials
        return RightPassword(user=user, client_address=client_address, limits=limits)

    async def for_user(self, user_id: UserId, password: str, client_address: str) -> RightPassword:
        """Return the caller's account; raises `WrongPassword`, `AccountGone`, and `NoPassword` for a guest."""
        async with self._unit_of_work() as uow:
            user = await uow.users.get(user_id)
            if user is None:
                raise AccountGone
            if user.email is None:
                raise NoPassword
            self._refusals.require_none(user.email, client_address)
            limits = await self._count(uow, user.email, user, client_address)
        if not await self._is_right(user, password, limits):
            raise WrongPassword
        return RightPassword(user=user, client_address=client_address, limits=limits)

    async def forgive(self, uow: UnitOfWork, right: RightPassword) -> None:
        """Count a right password no longer, in the transaction that uses it.

        At home the wrong passwords are forgotten; elsewhere this try alone is taken back, since others may be guessing.
        """
        keys = [limit.key for limit in right.limits]
        if not keys:
            return
        if self._throttles.is_home(right.user, right.client_address):
            await uow.throttles.remove(keys)
        else:
            await uow.throttles.take_back(keys)

    async def take_back(self, right: RightPassword) -> None:
        """Count a right password no longer, where nothing came of it."""
        await self._throttles.take_back(self._unit_of_work, right.limits)

    async def _count(
        self, uow: UnitOfWork, email: str, user: User | None, client_address: str
    ) -> list[Limit]:
        """Count this try as a wrong one, and commit."""
        limits = self._throttles.of_passwords(email, user, client_address)
        try:
            await self._throttles.count(uow, limits)
        except TooManyTries as refused:
            self._refusals.remember(email, client_address, refused)
            record("lockout", user=_id(user), seconds=refused.seconds)
            raise
        await uow.commit()
        return limits

    async def _is_right(self, user: User | None, password: str, limits: list[Limit]) -> bool:
        """Compare the password in its composed form; accounts that were made before it was used may have another."""
        password_hash = user.password_hash if user else None
        spellings = dict.fromkeys((composed(password), password))
        try:
            is_right = any([await self._passwords.verify(password_hash, one) for one in spellings])
        except HashingBusy:
            await self._throttles.take_back(self._unit_of_work, limits)  # its password was not looked at
            raise
        if not is_right:
            record("login_failed", user=_id(user))
        return is_right


def _id(user: User | None) -> str:
    return user.id if user else "-"
