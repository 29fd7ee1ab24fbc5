"""Begin as a guest."""

from dataclasses import dataclass
from datetime import datetime

from application.accounts.sessions import Sessions, SessionTokens
from application.accounts.throttles import Throttles
from application.errors import GuestsOff
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.consent import ConsentPolicy
from domain.session import Device
from domain.user import GUEST_STAYS, User
from domain.voice import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginGuestCommand:
    """What a visitor states, and where the client is."""

    person: Person
    client_address: str
    device: Device
    notice_version: str | None = None
    """What the visitor agreed to, if the client says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestBegun:
    """The new guest, and the tokens of the session that has begun."""

    user: User
    tokens: SessionTokens
    erase_at: datetime
    """When the guest is erased unless the guest signs up."""


class BeginGuest:
    """Makes a guest of a visitor, with a session that is refreshed, and records what the visitor agreed to.

    Raises `GuestsOff`, `TooYoung`, `ConsentRequired`, `NoticeOutdated` and `TooManyTries`.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        sessions: Sessions,
        throttles: Throttles,
        clock: Clock,
        *,
        allowed: bool,
        consent_policy: ConsentPolicy,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._sessions = sessions
        self._throttles = throttles
        self._clock = clock
        self._allowed = allowed
        self._consent_policy = consent_policy

    async def __call__(self, command: BeginGuestCommand) -> GuestBegun:
        if not self._allowed:
            raise GuestsOff
        age, notice_version = command.person.age, command.notice_version
        self._consent_policy.require(age, notice_version)
        now = self._clock()
        user = User.begin_as_guest(command.person, now, now + GUEST_STAYS)
        consent = self._consent_policy.consent(user.id, age, now, notice_version=notice_version)
        async with self._unit_of_work() as uow:
            # Throttles come first here: no other transaction can want the rows of a user who is new.
            await self._throttles.count(uow, self._throttles.of_guests(command.client_address))
            await uow.users.add(user)
            if consent.says_something:
                await uow.consents.add(consent)
            session = await self._sessions.begin(uow, user, command.device, refreshed=True)
            await uow.commit()
        record("guest", user=user.id)
        return GuestBegun(user=user, tokens=self._sessions.tokens(session, user), erase_at=now + GUEST_STAYS)
