"""Refuse users from whom no recording is accepted, before it is read."""

from application.accounts.require_confirmed import ConfirmedAddresses
from application.errors import AccountGone
from application.ports.clock import Clock
from application.ports.views import Views
from domain.consent import ConsentPolicy
from domain.ids import UserId
from domain.quotas import Quotas
from domain.usage import WINDOW


class AdmitUser:
    """Returns if a user may send a recording; raises what `SubmitFaceRequest` would raise about the user.

    It saves the work for a recording that is refused anyway, and reads without locks: whether a recording is accepted,
    `SubmitFaceRequest` decides under a lock.
    """

    def __init__(
        self,
        views: Views,
        clock: Clock,
        quotas: Quotas,
        consent_policy: ConsentPolicy,
        confirmed: ConfirmedAddresses,
    ) -> None:
        self._views = views
        self._clock = clock
        self._quotas = quotas
        self._consent_policy = consent_policy
        self._confirmed = confirmed

    async def __call__(self, user_id: UserId) -> None:
        user = await self._views.user(user_id)
        if user is None:
            raise AccountGone
        self._confirmed.require(user)
        user.require_consent()
        self._consent_policy.require_age(user.person.age)
        now = self._clock()
        self._quotas.of(user).require_room(await self._views.usage(user_id, now - WINDOW), now)
