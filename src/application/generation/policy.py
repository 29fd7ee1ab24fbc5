"""How long things may take."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPolicy:
    """The times that workers and housekeeping keep to."""

    lease: timedelta = timedelta(seconds=15)
    """How long an attempt may go without a heartbeat."""
    heartbeat: timedelta = timedelta(seconds=1)
    """How long a worker waits between two heartbeats."""
    time_limit: timedelta = timedelta(minutes=10)
    """How long all attempts at a generation may take together."""
    storing: timedelta = timedelta(seconds=35)
    """How long a file that a worker is storing may take to appear, after the worker was stopped."""
    housekeeping_every: timedelta = timedelta(seconds=2)
    """How long a process waits between two runs of a housekeeping task."""
    sweep_every: timedelta = timedelta(minutes=15)
    """How often orphans are swept, by all processes together."""
    orphan_age: timedelta = timedelta(hours=1)
    """How old a blob must be to count as an orphan: older than any upload or attempt can take."""

    @property
    def stops_within(self) -> timedelta:
        """How long a worker may go on storing files of a generation that was erased.

        A worker that cannot ask the database stops when its lease has run out.
        """
        return self.lease + self.storing
