"""One run that makes the two faces of a request: its states, its attempts, its outcome.

queued --claim--> running --succeed--> succeeded
  ^                  |
  +--hand_back-------+   (the worker shuts down; not a fault)
  +--postpone--------+   (a backing service is away; not a fault until it has been away for long)
  +--record_fault----+   (a fault or an expired lease; after the last one: failed)

queued or running --fail--> failed   (the user has withdrawn consent)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import ClaimRefused, FacesErased, LeaseLost, NotFinished
from domain.faces import Faces
from domain.feedback import FaceKind, Rating
from domain.ids import GenerationId, RequestId, UserId, new_id
from domain.look import NO_WISHES, LookWishes

MOST_FAULTS = 3
FIRST_DELAY = timedelta(seconds=2)
DELAY_GROWTH = 4
OUTAGE_DELAY = timedelta(seconds=5)
OUTAGE_PATIENCE = timedelta(minutes=10)
"""How old a generation may be before a backing service that is away counts as a fault."""
CLOCK_TOLERANCE = timedelta(seconds=1)
"""How much earlier a generation is due than at once, so that no worker whose clock is behind lets it wait."""


class State(StrEnum):
    """The state of a generation."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether the generation has ended."""
        return self in (State.SUCCEEDED, State.FAILED)


def retry_delay(faults: int) -> timedelta:
    """Return how long to wait after this many faults: 2 s, 8 s, …"""
    growth: int = DELAY_GROWTH ** (faults - 1)
    return FIRST_DELAY * growth


@dataclass(eq=False, kw_only=True)
class Generation:
    """One run that makes the faces of a request; only its newest attempt may write its outcome, and only once."""

    id: GenerationId
    request_id: RequestId
    user_id: UserId
    state: State = State.QUEUED
    wishes: LookWishes = NO_WISHES
    created_at: datetime
    due_at: datetime
    attempt: int = 0
    """How often it was claimed, which is the number of the newest attempt."""
    faults: int = 0
    """How many attempts ended badly; one that was handed back or postponed does not count."""
    lease_until: datetime | None = None
    claimed_at: datetime | None = None
    """When the running attempt began."""
    drawn_seconds: float = 0.0
    """How long the attempts took that have stopped."""
    stored_bytes: int = 0
    """The size of its faces' files, from before they are stored."""
    stage: str | None = None
    percent: int = 0
    failure: str | None = None
    """Why it failed, in a sentence for the user."""
    finished_at: datetime | None = None
    faces: Faces | None = None
    voice_rating: Rating | None = None
    condition_rating: Rating | None = None
    feedback_at: datetime | None = None
    trace_id: str | None = None
    """Of the HTTP call that queued it."""

    @classmethod
    def queue(
        cls, request_id: RequestId, user_id: UserId, now: datetime, wishes: LookWishes = NO_WISHES
    ) -> "Generation":
        """Return a new generation that is due at once."""
        return cls(
            id=GenerationId(new_id()),
            request_id=request_id,
            user_id=user_id,
            wishes=wishes,
            created_at=now,
            due_at=now - CLOCK_TOLERANCE,
        )

    def claim(self, now: datetime, lease: timedelta) -> None:
        """Begin a new attempt; raises `ClaimRefused` unless it is queued and due."""
        if self.state is not State.QUEUED:
            raise ClaimRefused(f"It is {self.state}.")
        if self.due_at > now:
            raise ClaimRefused(f"It is due at {self.due_at:%H:%M:%S}.")
        self.state = State.RUNNING
        self.attempt += 1
        self.lease_until, self.claimed_at = now + lease, now
        self.stage, self.percent = None, 0

    def drawn_until(self, moment: datetime) -> float:
        """Return how many seconds all attempts will have taken at a moment, if the running one goes on until then."""
        running = moment - self.claimed_at if self.claimed_at else timedelta()
        return self.drawn_seconds + max(0.0, running.total_seconds())

    def lease_has_run_out(self, now: datetime) -> bool:
        """Tell whether the running attempt has gone without a heartbeat for longer than its lease."""
        return self.lease_until is not None and self.lease_until <= now

    def record_heartbeat(
        self, attempt: int, stage: str | None, percent: int, now: datetime, lease: timedelta
    ) -> None:
        """Extend the lease and record the progress; raises `LeaseLost`."""
        self._require_running(attempt)
        self.lease_until = now + lease
        self.stage, self.percent = stage, percent

    def reserve(self, attempt: int, stored_bytes: int) -> None:
        """Record the size of the files that are about to be stored; raises `LeaseLost`."""
        self._require_running(attempt)
        self.stored_bytes = stored_bytes

    def succeed(self, attempt: int, faces: Faces, now: datetime) -> None:
        """Record the faces; raises `LeaseLost`."""
        self._require_running(attempt)
        self.faces = faces
        self._finish(State.SUCCEEDED, now)
        self.percent = 100

    def record_fault(self, attempt: int, reason: str, now: datetime, *, retryable: bool = True) -> None:
        """End the attempt badly: queue the generation after a growing delay, or fail it; raises `LeaseLost`."""
        self._require_running(attempt)
        self.faults += 1
        if retryable and self.faults < MOST_FAULTS:
            self._requeue(now + retry_delay(self.faults), now)
        else:
            self.failure = reason
            self._finish(State.FAILED, now)

    def fail(self, reason: str, now: datetime) -> None:
        """Fail it at once, unless it has ended.

        A worker with an attempt finds at its next heartbeat that it may not write any more.
        """
        if not self.state.is_final:
            self.failure = reason
            self._finish(State.FAILED, now)

    def postpone(self, attempt: int, reason: str, now: datetime) -> None:
        """Queue it again for when a backing service may be back; raises `LeaseLost`.

        This is not a fault until the generation is older than `OUTAGE_PATIENCE`.
        """
        if now - self.created_at > OUTAGE_PATIENCE:
            self.record_fault(attempt, reason, now)
            return
        self._require_running(attempt)
        self._requeue(now + OUTAGE_DELAY, now)

    def hand_back(self, attempt: int, now: datetime) -> None:
        """Queue it again at once, without a fault, for another worker; raises `LeaseLost`."""
        self._require_running(attempt)
        self._requeue(now - CLOCK_TOLERANCE, now)

    def expire(self, now: datetime) -> None:
        """Record the fault of an attempt whose lease has run out; raises `LeaseLost` if it has not."""
        if self.lease_until is None or not self.lease_has_run_out(now):
            raise LeaseLost("Its lease has not run out.")
        self._stop(self.lease_until)  # its worker drew no longer, however late this is noticed
        self.record_fault(self.attempt, "Making your faces was interrupted too often. Please try again.", now)

    def rate(self, kind: FaceKind, rating: Rating, now: datetime) -> None:
        """Rate one of the two faces, in place of the rating before; raises `NotFinished` and `FacesErased`."""
        self.record_feedback(now)
        if kind is FaceKind.VOICE:
            self.voice_rating = rating
        else:
            self.condition_rating = rating

    def record_feedback(self, now: datetime) -> None:
        """Record that the user rated a face or answered the survey.

        Raises `NotFinished` and `FacesErased`: the user must see what the feedback is about.
        """
        if self.faces is None:
            raise FacesErased if self.state is State.SUCCEEDED else NotFinished
        self.feedback_at = now

    def is_settled(self, since: datetime) -> bool:
        """Tell whether it has succeeded, or failed so long ago that its worker stores nothing any more."""
        if self.state is State.SUCCEEDED:
            return True
        return self.finished_at is not None and self.finished_at <= since

    def erase_faces(self) -> None:
        """Forget the faces and what was measured for them; the caller erases the blobs once that is committed."""
        self.faces = None
        self.stored_bytes = 0

    def _require_running(self, attempt: int) -> None:
        if self.state is not State.RUNNING or self.attempt != attempt:
            raise LeaseLost(f"It is {self.state}; the newest attempt is {self.attempt}.")

    def _requeue(self, due_at: datetime, now: datetime) -> None:
        self._stop(now)
        self.state = State.QUEUED
        self.due_at = due_at
        self.percent = self.stored_bytes = 0

    def _finish(self, state: State, now: datetime) -> None:
        self._stop(now)
        self.state = state
        self.finished_at = now
        if state is State.FAILED:
            self.stored_bytes = 0

    def _stop(self, moment: datetime) -> None:
        self.drawn_seconds = self.drawn_until(moment)
        self.claimed_at = self.lease_until = self.stage = None
