"""Erasures: what is still to be done after rows were erased, and what a user is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ids import ErasureId, new_id

LOOK_EVERY = timedelta(seconds=5)
"""How long to wait between two looks for the blobs of an erasure."""


@dataclass(eq=False, kw_only=True)
class Erasure:
    """Rows that were erased, until their blobs and their traces in the database's files are gone, too."""

    id: ErasureId
    prefixes: tuple[str, ...]
    """Where their blobs are: whole keys, and folders, which end with a slash; empty once all are removed."""
    erased_at: datetime
    stopped_at: datetime
    """Until when a worker that has not noticed the erasure may store blobs there."""
    due_at: datetime
    """When to look for blobs next; a process that looks moves this on first."""
    is_forgotten: bool = False
    """Whether no trace of the rows is left in the database's files."""

    @classmethod
    def begin(
        cls, prefixes: Iterable[str], now: datetime, *, stops_within: timedelta = timedelta(0)
    ) -> "Erasure":
        """Return a new erasure; the process that begins it looks for the blobs first."""
        return cls(
            id=ErasureId(new_id()),
            prefixes=tuple(prefixes),
            erased_at=now,
            stopped_at=now + stops_within,
            due_at=now + LOOK_EVERY,
        )

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to be done."""
        return self.is_forgotten and not self.prefixes

    def look(self, now: datetime) -> None:
        """Begin to look for the blobs; other processes do not look meanwhile."""
        self.due_at = now + LOOK_EVERY

    def record_look(self, began_at: datetime) -> None:
        """Note that all blobs were removed that were there at a moment: the last ones, if workers had stopped."""
        if began_at >= self.stopped_at:
            self.prefixes = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was erased with an account, in numbers."""

    erased_at: datetime
    sessions: int
    consents: int
    mails: int
    """Those that were waiting to be sent."""
    requests: int
    recordings: int
    generations: int
    faces: int
    ratings: int
    surveys: int
    stored_bytes: int
    """Of the recordings and the faces."""
    files_are_left: bool
    """Whether files of recordings and faces are still being removed."""
