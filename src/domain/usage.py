"""What a user has used of the quotas."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(hours=24)
"""The day of the daily quotas: any 24 hours, not a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a user has used at one moment; the window is the 24 hours before it (`WINDOW`)."""

    open_requests: int = 0
    """Requests whose newest generation has not failed."""
    stored_bytes: int = 0
    """Of clean copies and faces, with the room that running generations have reserved for theirs."""
    requests: int = 0
    """Generations that were queued in the window, whatever became of them."""
    first_queued_at: datetime | None = None
    """When the first of these was queued."""
    drawn_seconds: float = 0.0
    """What generations have drawn that ended in the window, and all that those that have not ended may draw."""
    in_flight: int = 0
    """How many have not ended."""
    first_ended_at: datetime | None = None
    """When the first ended of those that ended in the window."""

    def with_another(self, now: datetime, seconds: float, *, opens: int, stored_bytes: int) -> "Usage":
        """Return the usage after one more generation is queued, which may draw for `seconds`."""
        return replace(
            self,
            open_requests=self.open_requests + opens,
            stored_bytes=self.stored_bytes + stored_bytes,
            requests=self.requests + 1,
            first_queued_at=self.first_queued_at or now,
            drawn_seconds=self.drawn_seconds + seconds,
            in_flight=self.in_flight + 1,
        )


class QuotaName(StrEnum):
    """What is limited."""

    OPEN_REQUESTS = "open-requests"
    STORED_BYTES = "stored-bytes"
    REQUESTS = "requests"
    DRAWING_SECONDS = "drawing-seconds"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaState:
    """How much of one quota is used."""

    name: QuotaName
    quota: int
    used: int
    window: timedelta | None = None
    """The time that the quota is for; None where only deleting makes room."""
    more_room_in: timedelta | None = None
    """When there is more room than now; None where waiting makes none."""
