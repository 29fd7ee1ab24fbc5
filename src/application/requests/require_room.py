"""Refuse who has no room left, before a recording is read."""

from application.errors import AccountGone
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.ports.views import Views
from domain.ids import UserId
from domain.quotas import Quotas
from domain.usage import WINDOW


class RequireRoom:
    """Raises `QuotaExceeded` for a user who has used up a quota.

    It saves the work for a recording that is refused anyway, and reads without locks: whether a recording is accepted,
    `SubmitFaceRequest` decides under a lock.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, views: Views, clock: Clock, quotas: Quotas) -> None:
        self._unit_of_work = unit_of_work
        self._views = views
        self._clock = clock
        self._quotas = quotas

    async def __call__(self, user_id: UserId, *, as_guest: bool = False) -> None:
        """Look; `as_guest` says that the token is a guest's, who may have signed up since it was issued."""
        quotas = await self._quotas_of(user_id) if as_guest else self._quotas
        now = self._clock()
        quotas.require_room(await self._views.usage(user_id, now - WINDOW), now)

    async def _quotas_of(self, user_id: UserId) -> Quotas:
        async with self._unit_of_work() as uow:
            user = await uow.users.get(user_id)
        if user is None:
            raise AccountGone
        return self._quotas.of(user)
