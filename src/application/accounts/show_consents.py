"""Show users what they agreed to."""

from collections.abc import Sequence

from application.ports.views import Views
from domain.consent import Consent
from domain.ids import UserId


class ShowConsents:
    """Returns all consents of a user, newest first, withdrawn ones included."""

    def __init__(self, views: Views) -> None:
        self._views = views

    async def __call__(self, user_id: UserId) -> Sequence[Consent]:
        return await self._views.consents(user_id)
