"""Refuse who has no room left, before a recording is read."""

from application.ports.clock import Clock
from application.ports.views import Views
from domain.ids import UserId
from domain.quotas import Quotas
from domain.usage import WINDOW


class RequireRoom:
    """Raises `QuotaExceeded` for a user who has used up a quota.

    It saves the work for a recording that is refused anyway, and reads without locks: whether a recording is accepted,
    `SubmitFaceRequest` decides under a lock.
    """

    def __init__(self, views: Views, clock: Clock, quotas: Quotas) -> None:
        self._views = views
        self._clock = clock
        self._quotas = quotas

    async def __call__(self, user_id: UserId) -> None:
        now = self._clock()
        self._quotas.require_room(await self._views.usage(user_id, now - WINDOW), now)
