"""A clock that a test sets."""

from datetime import UTC, datetime, timedelta


class ManualClock:
    """Implements `Clock`; it stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Move on by a `timedelta` of these arguments."""
        self.now += timedelta(**duration)
