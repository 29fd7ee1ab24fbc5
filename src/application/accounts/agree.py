"""Agree to the notice."""

from dataclasses import dataclass

from application.errors import AccountGone
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.consent import Consent, ConsentPolicy
from domain.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeCommand:
    """A user, and the version of the notice that the user has read."""

    user_id: UserId
    notice_version: str


class Agree:
    """Records a user's consent for the account, which ends an earlier withdrawal.

    Agreeing twice to one version records it once. Raises `NoticeOutdated`, `TooYoung` and `AccountGone`.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, policy: ConsentPolicy, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._policy = policy
        self._clock = clock

    async def __call__(self, command: AgreeCommand) -> Consent:
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(command.user_id)
            if user is None:
                raise AccountGone
            self._policy.require(user.person.age, command.notice_version)
            consent = self._policy.consent(
                user.id, user.person.age, self._clock(), notice_version=command.notice_version
            )
            for standing in await uow.consents.standing(user.id, None):
                if user.consent_withdrawn_at is None and standing.says_the_same_as(consent):
                    return standing
            await uow.consents.add(consent)
            if user.consent_withdrawn_at is not None:
                user.consent_withdrawn_at = None
                await uow.users.save(user)
            await uow.commit(returning=consent)
        record("consent", user=user.id, consent=consent.id, version=consent.notice_version)
        return consent
