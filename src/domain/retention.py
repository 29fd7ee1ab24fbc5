"""Retention: how long the service keeps what users leave in it, and when each part of it is due for erasure.

One rule serves both what is said beforehand and what is erased, so that what is said is true.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from domain.face_request import FaceRequest
from domain.generation import Generation, State
from domain.user import User

NOTICE = timedelta(days=30)
"""How long before, at least, the user of an idle account is told that it will be erased."""
NOTICE_BEGINS = NOTICE + timedelta(days=1)
"""How long before the service begins to tell it: a day more, so that a late notice does not delay the erasure."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything that the service has."""
_DAY = timedelta(days=1)
_NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestParts:
    """What of a request is left, from which it follows when each part is due for erasure."""

    submitted_at: datetime
    has_recording: bool
    state: State
    """Of its newest generation."""
    ended_at: datetime | None
    """When its newest generation has ended; None while that is in flight."""
    faces_made_at: datetime | None
    """When the newest of its faces were made; None if it has none, or while its newest generation is in flight."""

    @classmethod
    def of(cls, request: FaceRequest, generations: Sequence[Generation]) -> "RequestParts":
        """Return what is left of a request with these generations, which are all of its own."""
        newest = next(one for one in generations if one.id == request.latest_generation_id)
        made = [one.finished_at for one in generations if one.faces is not None and one.finished_at]
        return cls(
            submitted_at=request.created_at,
            has_recording=request.voice.key is not None,
            state=newest.state,
            ended_at=newest.finished_at,
            faces_made_at=max(made, default=None) if newest.state.is_final else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestErasure:
    """When the parts of a request are due for erasure; None for never, and for a part that is gone."""

    recording: datetime | None = None
    faces: datetime | None = None
    """The newest of them."""
    all: datetime | None = None
    """The request with all that belongs to it."""


NEVER = RequestErasure()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the parts are kept; None for as long as their user does not erase them."""

    recordings: timedelta | None = None
    """From when the request was submitted."""
    faces: timedelta | None = None
    """From when they were made."""
    failed: timedelta | None = None
    """Requests without faces whose newest generation has failed, from when it failed."""
    idle_accounts: timedelta | None = None
    """From when the user was last here."""

    def of_request(self, parts: RequestParts) -> RequestErasure:
        """Return when a request is due for erasure.

        All of it is due when neither its recording nor any face would be left, or earlier if it has failed, but never
        before its faces are. Nothing is known while its newest generation is in flight: that needs the recording, and
        how it ends decides.
        """
        if parts.ended_at is None or self.recordings is self.faces is self.failed is None:
            return NEVER
        recording = _after(parts.submitted_at if parts.has_recording else None, self.recordings)
        faces = self.of_faces(parts.faces_made_at)
        ends = []
        if parts.faces_made_at is None or faces is not None:
            last = faces or parts.ended_at
            if parts.state is State.FAILED and (failed := _after(parts.ended_at, self.failed)):
                ends.append(max(failed, last))
            if not parts.has_recording or recording is not None:
                ends.append(max(recording or parts.ended_at, last))
        everything = min(ends, default=None)
        if parts.has_recording and everything is not None:
            recording = min(recording or everything, everything)
        return RequestErasure(recording=recording, faces=faces, all=everything)

    def of_faces(self, made_at: datetime | None) -> datetime | None:
        """Return when the faces of one result are due for erasure; None if there are none."""
        return _after(made_at, self.faces)

    def of_account(self, user: User) -> datetime | None:
        """Return when the account of a user is due for erasure who does not come back, or who does not sign up."""
        if user.is_guest or user.erase_at is not None:
            return user.erase_at
        due_at = _after(user.last_seen_at, self.idle_accounts)
        return due_at and _once_that_day_has_begun(due_at)

    def after_notice(self, last_seen_at: datetime, now: datetime) -> datetime | None:
        """Return when an idle account is due for erasure whose user is told now; None for one that is not idle."""
        if self.idle_accounts is None or last_seen_at > self.idle_since(now):
            return None
        return _once_that_day_has_begun(max(last_seen_at + self.idle_accounts, now + NOTICE))

    def idle_since(self, now: datetime) -> datetime:
        """Return the moment since which the users of idle accounts have not been here; long ago if none is idle."""
        return LONG_AGO if self.idle_accounts is None else now + NOTICE_BEGINS - self.idle_accounts

    def due(self, request: FaceRequest, generations: Sequence[Generation], now: datetime) -> "DueParts":
        """Return what of a request is due now, as `of_request` and `of_faces` say; `generations` are all of its own."""
        parts = RequestParts.of(request, generations)
        moments = self.of_request(parts)
        everything = _is_over(moments.all, now)
        faces = [one for one in generations if one.faces is not None]
        return DueParts(
            everything=everything,
            recording=_is_over(moments.recording, now),
            faces=[one for one in faces if everything or _is_over(self.of_faces(one.finished_at), now)],
        )

    def past(self, now: datetime) -> "PastPeriods":
        """Return since when what began earlier has been kept for its period."""
        return PastPeriods(
            recordings=_before(now, self.recordings),
            faces=_before(now, self.faces),
            failed=_before(now, self.failed),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueParts:
    """What of a request is due for erasure."""

    everything: bool
    """The request itself, with all that belongs to it."""
    recording: bool
    faces: Sequence[Generation]
    """The generations whose faces are due."""

    def __bool__(self) -> bool:
        return self.everything or self.recording or bool(self.faces)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPeriods:
    """For each part of requests: a moment such that the period of what began until then is over."""

    recordings: datetime
    faces: datetime
    failed: datetime


def _is_over(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _before(now: datetime, period: timedelta | None) -> datetime:
    return LONG_AGO if period is None else now - period


def _after(moment: datetime | None, period: timedelta | None) -> datetime | None:
    return None if moment is None or period is None else moment + period


def _once_that_day_has_begun(moment: datetime) -> datetime:
    """Return the next noon: that day of UTC has then begun everywhere, and nothing is erased before the day named."""
    noon = datetime.combine(moment.date(), _NOON)
    return noon if moment <= noon else noon + _DAY
