"""Log in."""

from dataclasses import dataclass

from application.accounts.sessions import Sessions
from application.accounts.throttles import Limit, Refusals, Throttles
from application.errors import HashingBusy, TooManyTries, WrongCredentials
from application.ports.auth import PasswordHasher
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.session import Device, Session
from domain.text import composed
from domain.user import User, normal_form


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInCommand:
    """The credentials that a client sends, and where it is."""

    email: str
    password: str
    client_address: str
    device: Device
    refreshed: bool = False
    """Whether the session is to be refreshed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A token for the user who logged in, and the session that has begun."""

    token: str
    email: str
    session: Session


class LogIn:
    """Begins a session for e-mail address and password; raises `WrongCredentials`, `TooManyTries` and `HashingBusy`.

    An unknown address is refused with the same sentence as a wrong password, after the same hashing and as often. Each
    try counts as a wrong one before its password is looked at, so that many at once are no way around the limits.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        passwords: PasswordHasher,
        sessions: Sessions,
        throttles: Throttles,
        refusals: Refusals,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._passwords = passwords
        self._sessions = sessions
        self._throttles = throttles
        self._refusals = refusals
        self._clock = clock

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
        session = await self._welcome(user, limits, command)
        record("login", user=user.id)
        return LoggedIn(
            token=self._sessions.token(session, user), email=normal_form(command.email), session=session
        )

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

    async def _welcome(self, user: User, limits: list[Limit], command: LogInCommand) -> Session:
        """Begin the session of a user whose password has not changed meanwhile.

        At home the wrong passwords are forgotten; elsewhere this try alone is taken back, since others may be guessing.
        """
        keys = [limit.key for limit in limits]
        async with self._unit_of_work() as uow:
            locked = await uow.users.lock(user.id)
            if locked is None or locked.password_hash != user.password_hash:
                raise WrongCredentials
            is_home = self._throttles.is_home(locked, command.client_address)
            if not is_home:
                locked.last_login_from = self._throttles.home(locked, command.client_address)
            if locked.come_back(self._clock()) or not is_home:
                await uow.users.save(locked)
            session = await self._sessions.begin(uow, locked, command.device, refreshed=command.refreshed)
            if is_home and keys:
                await uow.throttles.remove(keys)
            elif keys:
                await uow.throttles.take_back(keys)
            await uow.commit()
        return session


def _id(user: User | None) -> str:
    return user.id if user else "-"
