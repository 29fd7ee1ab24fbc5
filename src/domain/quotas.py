"""The quotas: what one user may use."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import QuotaExceeded
from domain.generation import Generation, State
from domain.usage import WINDOW, QuotaName, QuotaState, Usage

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
                raise QuotaExceeded(state, states)

    def surplus(self, generations: list[Generation]) -> list[Generation]:
        """Return those generations of a request that are too many: failed ones first, then the oldest.

        One that has not ended stays.
        """
        if not self.results:
            return []
        ended = [one for one in generations if one.state.is_final]
        ended.sort(key=lambda one: (one.state is State.SUCCEEDED, one.created_at, one.id))
        return ended[: max(0, len(generations) - self.results)]


def _until_it_leaves(moment: datetime | None, now: datetime) -> timedelta | None:
    """Return when a moment is no longer among the last 24 hours."""
    return None if moment is None else moment + WINDOW - now
