"""Withdraw a consent."""

from datetime import datetime

from application.errors import AccountGone, NotFound
from application.generation.change import settle_if_ended
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.security_events import record
from domain.consent import Consent
from domain.errors import ConsentWithdrawn
from domain.face_request import WITHDRAWN
from domain.ids import ConsentId, UserId
from domain.user import User


class WithdrawConsent:
    """Withdraws a consent, and fails the generations that it was the ground for; it erases nothing.

    A consent for the account is withdrawn with all others for the account, in any version: the user means no more faces
    from any recording, and may agree again. A consent for a request concerns that request alone. Withdrawing twice is
    no error. A worker that draws finds out at its next heartbeat, stops and removes what it has stored.

    Raises `NotFound`, also for a consent of another user, and `AccountGone`.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, user_id: UserId, consent_id: ConsentId) -> Consent:
        now = self._clock()
        async with self._unit_of_work() as uow:
            user = await uow.users.lock(user_id)
            if user is None:
                raise AccountGone
            consent = await uow.consents.get(user_id, consent_id)
            if consent is None:
                raise NotFound("consent")
            if consent.withdrawn_at is not None:
                return consent
            for standing in await uow.consents.standing(user_id, consent.request_id):
                standing.withdraw(now)
                await uow.consents.save(standing)
            await self._stop_work(uow, user, consent, now)
            consent.withdraw(now)
            await uow.commit(returning=consent)
        record("consent_withdrawn", user=user_id, consent=consent_id, request=consent.request_id or "-")
        return consent

    async def _stop_work(self, uow: UnitOfWork, user: User, consent: Consent, now: datetime) -> None:
        """Allow no new generation, and fail those that have not ended."""
        if consent.request_id is None:
            user.consent_withdrawn_at = now
            await uow.users.save(user)
            reason = str(ConsentWithdrawn())
        else:
            request = await uow.requests.lock(user.id, consent.request_id)
            if request is None:  # erased before
                return
            request.consent_withdrawn_at = now
            await uow.requests.save(request)
            reason = WITHDRAWN
        for generation in await uow.generations.lock_open(user.id, consent.request_id):
            generation.fail(reason, now)
            await uow.generations.save(generation)
            await settle_if_ended(uow, generation)
