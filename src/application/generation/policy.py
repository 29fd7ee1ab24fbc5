"""How long things may take."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPolicy:
    """Times by which workers and housekeeping go."""

    lease: timedelta = timedelta(seconds=15)
    """How long a worker may stay silent before another takes over."""
    heartbeat: timedelta = timedelta(seconds=1)
    time_limit: timedelta = timedelta(minutes=10)
    """How long one attempt may take."""
    stale_announcement: timedelta = timedelta(minutes=10)
    """After how long a wake-up call that nobody followed counts as lost."""
    housekeeping: timedelta = timedelta(seconds=2)
    """How often what is due and what has expired is looked for."""
    sweep_every: timedelta = timedelta(minutes=15)
    orphan_age: timedelta = timedelta(hours=1)
    """How old a blob must be before it can count as an orphan: longer than any upload or attempt."""
