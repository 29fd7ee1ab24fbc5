"""Erase an account."""

from dataclasses import dataclass

from application.accounts.account_erasure import AccountErasure
from application.accounts.password_tries import PasswordTries
from application.errors import AccountGone, WrongPassword
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.erasure import Receipt
from domain.errors import InvalidValue
from domain.ids import UserId
from domain.user import User


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseAccountCommand:
    """Whose account is to be erased, and the password, which a guest does not have."""

    user_id: UserId
    password: str | None
    client_address: str


class EraseAccount:
    """Erases the caller's account, for the right password; raises as `PasswordTries.for_user` does, and `InvalidValue`.

    A guest is erased without a password.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, tries: PasswordTries, erasure: AccountErasure
    ) -> None:
        self._unit_of_work = unit_of_work
        self._tries = tries
        self._erasure = erasure

    async def __call__(self, command: EraseAccountCommand) -> Receipt:
        async with self._unit_of_work() as uow:
            user = await uow.users.get(command.user_id)
        if user is None:
            raise AccountGone
        if not user.is_guest:
            await self._require_password(command)

        def require_same_password(now: User) -> None:
            if now.password_hash != user.password_hash:
                raise WrongPassword

        return await self._erasure(user.id, require_same_password)

    async def _require_password(self, command: EraseAccountCommand) -> None:
        if command.password is None:
            raise InvalidValue("password", "Give your password: what is erased cannot be brought back.")
        right = await self._tries.for_user(command.user_id, command.password, command.client_address)
        await self._tries.take_back(right)
