"""Sign up."""

from dataclasses import dataclass
from datetime import datetime

from application.accounts.new_passwords import NewPasswords
from application.accounts.sessions import Sessions
from application.accounts.throttles import Throttles
from application.errors import AccountGone, EmailTaken, HashingBusy
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.security_events import record
from domain.consent import ConsentPolicy
from domain.ids import UserId
from domain.mail import Mail, MailKind
from domain.session import EndedSession
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
    notice_version: str | None = None
    """What the user agreed to, if the client says it."""
    guest_id: UserId | None = None
    """The guest who signs up; None for a new user."""
    states_age: bool = True
    states_gender: bool = True
    """Whether the client gave age and gender: else those that a guest has stated stay."""


class SignUp:
    """Creates an account, or makes one of a guest, who keeps requests and results, and has to log in.

    Records what the user agreed to, and writes down a mail that asks to confirm the address. Raises `InvalidValue`
    (also `TooYoung`, `ConsentRequired` and `NoticeOutdated`), `EmailTaken`, `TooManyTries` and `HashingBusy`; for a
    guest `AccountGone` and `AlreadySignedUp`, too. A guest whose sign-up is refused stays a guest.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        new_passwords: NewPasswords,
        sessions: Sessions,
        throttles: Throttles,
        clock: Clock,
        *,
        consent_policy: ConsentPolicy,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._new_passwords = new_passwords
        self._sessions = sessions
        self._throttles = throttles
        self._clock = clock
        self._consent_policy = consent_policy

    async def __call__(self, command: SignUpCommand) -> User:
        self._consent_policy.require(command.person.age, command.notice_version)
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
        now, ended = self._clock(), list[EndedSession]()
        async with self._unit_of_work() as uow:
            if command.guest_id is None:
                user = self._new_user(command, password_hash, now)
                await uow.users.add(user)
            else:
                user = await self._keep(uow, command.guest_id, command, password_hash, now=now)
                ended = await self._sessions.end(uow, await uow.sessions.lock_of_user(user.id))
            consent = self._consent_policy.consent(
                user.id, user.person.age, now, notice_version=command.notice_version
            )
            if consent.says_something:
                await uow.consents.add(consent)
            await uow.mails.add(Mail.write(MailKind.CONFIRM_ADDRESS, email, user.language, now))
            await uow.commit()
        self._sessions.refuse(ended)
        record("sign_up", user=user.id)
        return user

    def _new_user(self, command: SignUpCommand, password_hash: str, now: datetime) -> User:
        user = User.sign_up(command.email, password_hash, command.person, now, language=command.language)
        user.last_login_from = self._throttles.home(user, command.client_address)
        return user

    async def _keep(
        self, uow: UnitOfWork, guest_id: UserId, command: SignUpCommand, password_hash: str, *, now: datetime
    ) -> User:
        """Make an account of a guest."""
        user = await uow.users.lock(guest_id)
        if user is None:
            raise AccountGone
        user.sign_up_as_guest(command.email, password_hash, now)
        user.language = command.language
        user.last_login_from = self._throttles.home(user, command.client_address)
        user.person = Person(
            command.person.age if command.states_age else user.person.age,
            command.person.gender if command.states_gender else user.person.gender,
        )
        if command.notice_version is not None:
            user.consent_withdrawn_at = None
        self._consent_policy.require_age(user.person.age)
        await uow.users.save(user)
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
