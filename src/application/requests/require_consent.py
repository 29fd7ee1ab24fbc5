"""Refuse users who have withdrawn their consent, before a recording is read."""

from application.errors import AccountGone
from application.ports.views import Views
from domain.consent import ConsentPolicy
from domain.ids import UserId


class RequireConsent:
    """Raises `ConsentWithdrawn` and `TooYoung` for a user whose recordings are not accepted, and `AccountGone`.

    It saves the work for a recording that is refused anyway, and reads without locks: whether a recording is accepted,
    `SubmitFaceRequest` decides under a lock.
    """

    def __init__(self, views: Views, policy: ConsentPolicy) -> None:
        self._views = views
        self._policy = policy

    async def __call__(self, user_id: UserId) -> None:
        user = await self._views.user(user_id)
        if user is None:
            raise AccountGone
        user.require_consent()
        self._policy.require_age(user.person.age)
