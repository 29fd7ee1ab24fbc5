"""Sign up."""

from dataclasses import dataclass

from application.accounts.new_passwords import NewPasswords
from application.accounts.throttles import Throttles
from application.errors import EmailTaken, HashingBusy
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.mail import Mail, MailKind
from domain.user import Language, User, email_address
from domain.voice import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpCommand:
    """What a new user gives, and where the client is."""

    email: str
    password: str
    person: Person
    client_address: str
    language: Language = Language.ENGLISH
    """The one in which mails are written."""


class SignUp:
    """Creates an account, and writes down a mail that asks to confirm its address.

    Raises `InvalidValue`, `EmailTaken`, `TooManyTries` and `HashingBusy`.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        new_passwords: NewPasswords,
        throttles: Throttles,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._new_passwords = new_passwords
        self._throttles = throttles
        self._clock = clock

    async def __call__(self, command: SignUpCommand) -> User:
        email = email_address(command.email)
        self._new_passwords.allowed(command.password, email)  # one that is refused is no try
        limits = self._throttles.of_sign_ups(command.client_address)
        async with self._unit_of_work() as uow:
            await self._throttles.count(uow, limits)
            await uow.commit()
        try:
            password_hash = await self._new_passwords.hash_of(command.password, email)
        except HashingBusy:
            await self._throttles.take_back(self._unit_of_work, limits)  # "try again" must be true
            raise
        user = User.sign_up(email, password_hash, command.person, self._clock(), language=command.language)
        user.last_login_from = self._throttles.home(user, command.client_address)
        async with self._unit_of_work() as uow:
            await uow.users.add(user)
            await uow.mails.add(Mail.write(MailKind.CONFIRM_ADDRESS, email, user.language, user.created_at))
            await uow.commit()
        record("sign_up", user=user.id)
        return user


class RequireFreeEmail:
    """Returns if no account has this address; raises `InvalidValue`, `EmailTaken` and `TooManyTries`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, throttles: Throttles) -> None:
        self._unit_of_work = unit_of_work
        self._throttles = throttles

    async def __call__(self, email: str, client_address: str) -> None:
        address = email_address(email)
        async with self._unit_of_work() as uow:
            await self._throttles.count(uow, self._throttles.of_email_checks(client_address))
            is_taken = await uow.users.find(address) is not None
            await uow.commit()
        if is_taken:
            raise EmailTaken
