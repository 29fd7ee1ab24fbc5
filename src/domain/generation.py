"""One making of a request's faces: its states, its attempts, its outcome.

queued --claim--> running --succeed--> succeeded
  ^                  |
  +--hand_back-------+   (a worker that shuts down; costs nothing)
  +--postpone--------+   (a service that it needs is away; costs nothing for a while)
  +--stumble---------+   (a fault or an expired lease; after the last one: failed)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import ClaimRefused, LeaseLost, NotFinished, NotYetDue
from domain.feedback import FaceKind, require_rating
from domain.ids import GenerationId, RequestId, new_id
from domain.voice import Acoustics, Influence

MOST_FAULTS = 3
FIRST_DELAY = timedelta(seconds=2)
DELAY_GROWTH = 4
OUTAGE_DELAY = timedelta(seconds=5)
OUTAGE_PATIENCE = timedelta(minutes=10)
"""How old a generation may get before a service that is away counts as a fault of its own."""


class State(StrEnum):
    """Where a generation stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self in (State.SUCCEEDED, State.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFace:
    """Blob keys of one face; a face may lack its video, and its loop."""

    portrait: str
    video: str | None
    loop: str | None = None
    """A short silent animation for lists."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All there are."""
        return tuple(key for key in (self.portrait, self.video, self.loop) if key is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """The outcome: the voice face, its control, and what was measured on the way."""

    voice: StoredFace
    condition: StoredFace
    note: str | None = None
    acoustics: Acoustics | None = None
    influences: tuple[Influence, ...] = ()


def retry_delay(faults: int) -> timedelta:
    """Return how long to wait after this many faults: 2 s, 8 s, …"""
    growth: int = DELAY_GROWTH ** (faults - 1)
    return FIRST_DELAY * growth


@dataclass(eq=False, kw_only=True)
class Generation:
    """One making of the faces of a request; written once, by the attempt that made it."""

    id: GenerationId
    request_id: RequestId
    state: State = State.QUEUED
    created_at: datetime
    due_at: datetime
    announced_at: datetime | None = None
    attempt: int = 0
    """How often it was claimed; the number fences, since only the newest attempt may write."""
    faults: int = 0
    """How many attempts ended badly; one that was handed back does not count."""
    lease_until: datetime | None = None
    stage: str | None = None
    percent: int = 0
    failure: str | None = None
    """Why it failed, in a sentence for the person."""
    finished_at: datetime | None = None
    faces: Faces | None = None
    voice_rating: int | None = None
    condition_rating: int | None = None
    feedback_at: datetime | None = None

    @classmethod
    def queue(cls, request_id: RequestId, now: datetime) -> "Generation":
        """Return a new generation that is due at once."""
        return cls(id=GenerationId(new_id()), request_id=request_id, created_at=now, due_at=now)

    def announce(self, now: datetime) -> None:
        """Note that a wake-up call went out; means nothing once a worker has taken it."""
        if self.state is State.QUEUED:
            self.announced_at = now

    def forget_call(self) -> None:
        """Have it called again: the call came too early to be followed."""
        self.announced_at = None

    def claim(self, now: datetime, lease: timedelta) -> None:
        """Take it for a new attempt; raises `ClaimRefused` unless it is queued, `NotYetDue` before a retry's time.

        What waits for no retry is due whatever the time is here: its request may come from a machine whose clock
        is ahead.
        """
        if self.state is not State.QUEUED:
            raise ClaimRefused(f"It is {self.state}.")
        if self.faults and self.due_at > now:
            raise NotYetDue(f"It is due at {self.due_at:%H:%M:%S}.")
        self.state = State.RUNNING
        self.attempt += 1
        self.lease_until = now + lease
        self.stage, self.percent = None, 0

    def beat(self, attempt: int, stage: str | None, percent: int, now: datetime, lease: timedelta) -> None:
        """Extend the lease and say how far it is; raises `LeaseLost`."""
        self._require(attempt)
        self.lease_until = now + lease
        self.stage, self.percent = stage, percent

    def succeed(self, attempt: int, faces: Faces, now: datetime) -> None:
        """Take the outcome; raises `LeaseLost`."""
        self._require(attempt)
        self.faces = faces
        self._finish(State.SUCCEEDED, now)
        self.percent = 100

    def stumble(self, attempt: int, reason: str, now: datetime, *, retryable: bool = True) -> None:
        """Record a fault: queue it again after a growing delay, or fail it; raises `LeaseLost`."""
        self._require(attempt)
        self.faults += 1
        if retryable and self.faults < MOST_FAULTS:
            self._requeue(now + retry_delay(self.faults))
        else:
            self.failure = reason
            self._finish(State.FAILED, now)

    def postpone(self, attempt: int, reason: str, now: datetime) -> None:
        """Queue it again for when a service that is away may be back; raises `LeaseLost`.

        That is no fault of the job's, until it goes on for `OUTAGE_PATIENCE`.
        """
        if now - self.created_at > OUTAGE_PATIENCE:
            self.stumble(attempt, reason, now)
            return
        self._require(attempt)
        self._requeue(now + OUTAGE_DELAY)

    def hand_back(self, attempt: int, now: datetime) -> None:
        """Return it to the queue unharmed, for another worker to take; raises `LeaseLost`."""
        self._require(attempt)
        self._requeue(now)

    def expire(self, now: datetime) -> None:
        """Record the fault of a worker that fell silent; raises `LeaseLost` if none has."""
        if self.lease_until is None or self.lease_until > now:
            raise LeaseLost("Its lease has not run out.")
        self.stumble(self.attempt, "Making your faces was interrupted too often. Please try again.", now)

    def rate(self, kind: FaceKind, stars: int, now: datetime) -> None:
        """Rate one of the two faces; raises `NotFinished` and `InvalidValue`."""
        require_rating(stars)
        self.note_feedback(now)
        if kind is FaceKind.VOICE:
            self.voice_rating = stars
        else:
            self.condition_rating = stars

    def note_feedback(self, now: datetime) -> None:
        """Note that the person rated or answered; raises `NotFinished` where there are no faces."""
        if self.faces is None:
            raise NotFinished
        self.feedback_at = now

    def _require(self, attempt: int) -> None:
        if self.state is not State.RUNNING or self.attempt != attempt:
            raise LeaseLost(f"Attempt {attempt} may not write: {self.state}, attempt {self.attempt}.")

    def _requeue(self, due_at: datetime) -> None:
        self.state = State.QUEUED
        self.due_at = due_at
        self.announced_at = self.lease_until = self.stage = None
        self.percent = 0

    def _finish(self, state: State, now: datetime) -> None:
        self.state = state
        self.finished_at = now
        self.lease_until = self.stage = None
