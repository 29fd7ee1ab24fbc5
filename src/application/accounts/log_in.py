"""Log in."""

from dataclasses import dataclass

from application.errors import WrongCredentials
from application.ports.auth import PasswordHasher, Principal, TokenIssuer
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.user import User, normal_form


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInCommand:
    """The credentials that a client sends."""

    email: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A token for the user who logged in."""

    token: str
    email: str


class LogIn:
    """Gives a token for e-mail address and password; raises `WrongCredentials`.

    An unknown address is refused with the same sentence as a wrong password, and only after the same hashing.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, passwords: PasswordHasher, tokens: TokenIssuer
    ) -> None:
        self._unit_of_work = unit_of_work
        self._passwords = passwords
        self._tokens = tokens

    async def __call__(self, command: LogInCommand) -> LoggedIn:
        user = await self._find(normal_form(command.email))
        is_right = await self._passwords.verify(user.password_hash if user else None, command.password)
        if user is None or not is_right:
            record("login_failed", user=user.id if user else "-")
            raise WrongCredentials
        record("login", user=user.id)
        principal = Principal(user_id=user.id, email=user.email)
        return LoggedIn(token=self._tokens.issue(principal), email=user.email)

    async def _find(self, email: str) -> User | None:
        async with self._unit_of_work() as uow:
            return await uow.users.find(email)
