"""A clock that a test sets."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Implements `Clock`; stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_far: float) -> None:
        """Move on by a `timedelta`."""
        self.now += timedelta(**how_far)
