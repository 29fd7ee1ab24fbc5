"""Log in."""

from dataclasses import dataclass

from application.accounts.password_tries import PasswordTries, RightPassword
from application.accounts.sessions import Sessions
from application.accounts.throttles import Throttles
from application.errors import WrongCredentials
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.session import Device, Session
from domain.user import normal_form


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
    """Begins a session for e-mail address and password; raises as `PasswordTries.for_email` does."""

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        tries: PasswordTries,
        sessions: Sessions,
        throttles: Throttles,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._tries = tries
        self._sessions = sessions
        self._throttles = throttles
        self._clock = clock

    async def __call__(self, command: LogInCommand) -> LoggedIn:
        right = await self._tries.for_email(command.email, command.password, command.client_address)
        session = await self._welcome(right, command)
        record("login", user=right.user.id)
        return LoggedIn(
            token=self._sessions.token(session, right.user),
            email=normal_form(command.email),
            session=session,
        )

    async def _welcome(self, right: RightPassword, command: LogInCommand) -> Session:
        """Begin the session of a user whose password has not changed meanwhile."""
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(right.user.id)
            if user is None or user.password_hash != right.user.password_hash:
                raise WrongCredentials
            was_home = self._throttles.is_home(user, command.client_address)
            if not was_home:
                user.last_login_from = self._throttles.home(user, command.client_address)
            if user.come_back(self._clock()) or not was_home:
                await uow.users.save(user)
            session = await self._sessions.begin(uow, user, command.device, refreshed=command.refreshed)
            await self._tries.forgive(uow, right)
            await uow.commit()
        return session
