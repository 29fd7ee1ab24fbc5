"""Sign up."""

from dataclasses import dataclass

from application.errors import EmailTaken
from application.ports.auth import PasswordHasher
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.user import User, email_address, require_acceptable_password
from domain.voice import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpCommand:
    """What a new user gives."""

    email: str
    password: str
    person: Person


class SignUp:
    """Creates an account; raises `InvalidValue` and `EmailTaken`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, passwords: PasswordHasher, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._passwords = passwords
        self._clock = clock

    async def __call__(self, command: SignUpCommand) -> User:
        email = email_address(command.email)
        require_acceptable_password(command.password)
        password_hash = await self._passwords.hash(command.password)
        user = User.sign_up(email, password_hash, command.person, self._clock())
        async with self._unit_of_work() as uow:
            await uow.users.add(user)
            await uow.commit()
        record("sign_up", user=user.id)
        return user


class RequireFreeEmail:
    """Returns if no account has this address; raises `InvalidValue` and `EmailTaken`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, email: str) -> None:
        async with self._unit_of_work() as uow:
            if await uow.users.find(email_address(email)) is not None:
                raise EmailTaken
