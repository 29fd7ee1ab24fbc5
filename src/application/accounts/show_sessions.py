"""Show where a user is logged in."""

from collections.abc import Sequence

from application.ports.clock import Clock
from application.ports.views import Views
from domain.ids import UserId
from domain.session import Session


class ShowSessions:
    """Returns the sessions of a user that can be used, newest first."""

    def __init__(self, views: Views, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    async def __call__(self, user_id: UserId) -> Sequence[Session]:
        return await self._views.sessions(user_id, self._clock())
