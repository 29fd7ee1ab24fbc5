"""Sign up."""

from dataclasses import dataclass

from application.accounts.new_passwords import NewPasswords
from application.accounts.throttles import Throttles
from application.errors import EmailTaken, HashingBusy
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.consent import ConsentPolicy
from domain.user import User, email_address
from domain.voice import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpCommand:
    """What a new user gives, and where the client is."""

    email: str
    password: str
    person: Person
    client_address: str
    notice_version: str | None = None
    """What the user agreed to, if the client says it."""


class SignUp:
    """Creates an account, and records what the user agreed to.

    Raises `InvalidValue` (also `TooYoung`, `ConsentRequired` and `NoticeOutdated`), `EmailTaken`, `TooManyTries` and
    `HashingBusy`.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        new_passwords: NewPasswords,
        throttles: Throttles,
        clock: Clock,
        *,
        consent_policy: ConsentPolicy,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._new_passwords = new_passwords
        self._throttles = throttles
        self._clock = clock
        self._consent_policy = consent_policy

    async def __call__(self, command: SignUpCommand) -> User:
        age, notice_version = command.person.age, command.notice_version
        self._consent_policy.require(age, notice_version)
        email = email_address(command.email)
        self._new_passwords.checked(command.password, email)  # a refused one counts against no limit
        limits = self._throttles.of_sign_ups(command.client_address)
        async with self._unit_of_work() as uow:
            await self._throttles.count(uow, limits)
            await uow.commit()
        try:
            password_hash = await self._new_passwords.hash_of(command.password, email)
        except HashingBusy:
            await self._throttles.take_back(self._unit_of_work, limits)  # "try again" must be true
            raise
        user = User.sign_up(email, password_hash, command.person, self._clock())
        user.last_login_from = self._throttles.home(user, command.client_address)
        consent = self._consent_policy.consent(user.id, age, user.created_at, notice_version=notice_version)
        async with self._unit_of_work() as uow:
            await uow.users.add(user)
            if consent.says_something:
                await uow.consents.add(consent)
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
