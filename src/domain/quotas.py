"""The quotas: what one user may use."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.errors import MEGABYTE, GuestLimit, QuotaExceeded
from domain.generation import Generation, State
from domain.usage import WINDOW, QuotaName, QuotaState, Usage
from domain.user import User

OF_GUEST = {QuotaName.OPEN_REQUESTS: 1, QuotaName.REQUESTS: 2, QuotaName.STORED_BYTES: 50 * MEGABYTE}
"""What a guest may use at most: one request, and a second try with its faces or with another recording in its place."""
IN_FLIGHT_PAUSE = timedelta(minutes=1)
"""When to look again while a generation is in flight, which gives back at its end what it has not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """The limits on what one user may use; 0 lifts a limit."""

    open_requests: int
    requests_a_day: int
    drawing_seconds_a_day: int
    stored_bytes: int
    results: int
    """Results that are kept of one request."""
    time_limit: timedelta
    """How long a generation may draw in all its attempts; so much is reserved for it when it is queued."""
    lower_for_guest: frozenset[QuotaName] = frozenset()
    """Of the limits on a guest, those that signing up raises."""

    def of(self, user: User) -> "Quotas":
        """Return the limits on this user."""
        return self.of_guest() if user.is_guest else self

    def of_guest(self) -> "Quotas":
        """Return the limits on a guest."""
        own = {
            QuotaName.OPEN_REQUESTS: self.open_requests,
            QuotaName.REQUESTS: self.requests_a_day,
            QuotaName.STORED_BYTES: self.stored_bytes,
        }
        lower = {name: limit for name, limit in OF_GUEST.items() if not 0 < own[name] <= limit}
        limits = own | lower
        return replace(
            self,
            open_requests=limits[QuotaName.OPEN_REQUESTS],
            requests_a_day=limits[QuotaName.REQUESTS],
            stored_bytes=limits[QuotaName.STORED_BYTES],
            lower_for_guest=frozenset(lower),
        )

    def states(self, usage: Usage, now: datetime) -> tuple[QuotaState, ...]:
        """Return how much is used of each quota that is not lifted."""
        states = (
            QuotaState(name=QuotaName.OPEN_REQUESTS, quota=self.open_requests, used=usage.open_requests),
            QuotaState(name=QuotaName.STORED_BYTES, quota=self.stored_bytes, used=usage.stored_bytes),
            QuotaState(
                name=QuotaName.REQUESTS,
                quota=self.requests_a_day,
                used=usage.requests,
                window=WINDOW,
                more_room_in=_until_it_leaves(usage.first_queued_at, now),
            ),
            QuotaState(
                name=QuotaName.DRAWING_SECONDS,
                quota=self.drawing_seconds_a_day,
                used=math.ceil(usage.drawn_seconds),
                window=WINDOW,
                more_room_in=IN_FLIGHT_PAUSE
                if usage.in_flight
                else _until_it_leaves(usage.first_ended_at, now),
            ),
        )
        return tuple(state for state in states if state.quota)

    def require_room(self, usage: Usage, now: datetime, *, opens: int = 1, stored_bytes: int = 1) -> None:
        """Raise `QuotaExceeded` unless one more generation may be queued.

        It opens a request or not, and comes with a recording of this size.
        """
        needed = {
            QuotaName.OPEN_REQUESTS: opens,
            QuotaName.STORED_BYTES: stored_bytes,
            QuotaName.REQUESTS: 1,
            QuotaName.DRAWING_SECONDS: math.ceil(self.time_limit.total_seconds()),
        }
        self._require(needed, usage, now)

    def require_storage(self, usage: Usage, now: datetime, stored_bytes: int) -> None:
        """Raise `QuotaExceeded` unless files of this size may be stored."""
        self._require({QuotaName.STORED_BYTES: stored_bytes}, usage, now)

    def _require(self, needed: dict[QuotaName, int], usage: Usage, now: datetime) -> None:
        states = self.states(usage, now)
        for state in states:
            if (need := needed.get(state.name, 0)) and state.used + need > state.quota:
                kind = GuestLimit if state.name in self.lower_for_guest else QuotaExceeded
                raise kind(state, states)

    def surplus(self, generations: list[Generation]) -> list[Generation]:
        """Return those generations of a request that are too many: failed ones first, then the oldest.

        One that has not ended stays, and so does the newest success: there may be no better one.
        """
        if not self.results:
            return []
        ended = [one for one in generations if one.state.is_final]
        ended.sort(key=lambda one: (one.state is State.SUCCEEDED, one.created_at, one.id))
        if ended and ended[-1].state is State.SUCCEEDED:
            ended.pop()
        return ended[: max(0, len(generations) - self.results)]


def _until_it_leaves(moment: datetime | None, now: datetime) -> timedelta | None:
    """Return when a moment is no longer among the last 24 hours."""
    return None if moment is None else moment + WINDOW - now
