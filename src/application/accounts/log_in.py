"""Log in."""

from dataclasses import dataclass

from application.accounts.throttles import Limit, Refusals, Throttles
from application.errors import HashingBusy, TooManyTries, WrongCredentials
from application.ports.auth import PasswordHasher, Principal, TokenIssuer
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.text import composed
from domain.user import User, normal_form


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInCommand:
    """The credentials that a client sends, and where it is."""

    email: str
    password: str
    client_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A token for the user who logged in."""

    token: str
    email: str


class LogIn:
    """Gives a token for e-mail address and password; raises `WrongCredentials`, `TooManyTries` and `HashingBusy`.

    An unknown address is refused with the same sentence as a wrong password, after the same hashing and as often. Each
    try counts as a wrong one before its password is looked at, so that many at once are no way around the limits.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        passwords: PasswordHasher,
        tokens: TokenIssuer,
        throttles: Throttles,
        refusals: Refusals,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._passwords = passwords
        self._tokens = tokens
        self._throttles = throttles
        self._refusals = refusals

    async def __call__(self, command: LogInCommand) -> LoggedIn:
        user, limits = await self._admit(command)
        try:
            is_right = await self._is_right(user, command.password)
        except HashingBusy:
            await self._throttles.take_back(self._unit_of_work, limits)  # its password was not looked at
            raise
        if user is None or not is_right:
            record("login_failed", user=_id(user))
            raise WrongCredentials
        await self._welcome(user, limits, command.client_address)
        record("login", user=user.id)
        principal = Principal(user_id=user.id, email=user.email)
        return LoggedIn(token=self._tokens.issue(principal), email=user.email)

    async def _admit(self, command: LogInCommand) -> tuple[User | None, list[Limit]]:
        """Find the user, and count this try as a wrong one."""
        email = normal_form(command.email)
        self._refusals.require_none(email, command.client_address)
        async with self._unit_of_work() as uow:
            user = await uow.users.find(email)
            limits = self._throttles.of_passwords(email, user, command.client_address)
            try:
                await self._throttles.count(uow, limits)
            except TooManyTries as refused:
                self._refusals.remember(email, command.client_address, refused)
                record("lockout", user=_id(user), seconds=refused.seconds)
                raise
            await uow.commit()
        return user, limits

    async def _is_right(self, user: User | None, password: str) -> bool:
        """Compare the password in its composed form; accounts that were made before it was used may have another."""
        password_hash = user.password_hash if user else None
        spellings = dict.fromkeys((composed(password), password))
        return any([await self._passwords.verify(password_hash, spelling) for spelling in spellings])

    async def _welcome(self, user: User, limits: list[Limit], client_address: str) -> None:
        """Forget the wrong passwords at home; elsewhere take back this try alone, since others may be guessing."""
        keys = [limit.key for limit in limits]
        is_home = self._throttles.is_home(user, client_address)
        if is_home and not keys:
            return
        async with self._unit_of_work() as uow:
            if is_home:
                await uow.throttles.remove(keys)
            elif locked := await uow.users.lock(user.id):
                locked.last_login_from = self._throttles.home(locked, client_address)
                await uow.users.save(locked)
                await uow.throttles.take_back(keys)
            await uow.commit()


def _id(user: User | None) -> str:
    return user.id if user else "-"
