"""What must be there: an account, kept by the test alone, of who did what and when.

It knows the periods and the rules of docs/operations.md, and nothing of the service's own code for them.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.ids import GenerationId, RequestId, UserId

RECORDINGS, FACES, FAILED, IDLE = (timedelta(days=days) for days in (20, 45, 7, 60))
MONTH = timedelta(days=30)
DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Result:
    id: GenerationId
    ended_at: datetime | None = None
    succeeded: bool = False
    has_faces: bool = False
    stars: int | None = None


@dataclass(kw_only=True)
class Request:
    id: RequestId
    sent_at: datetime
    results: list[Result]
    has_recording: bool = True

    @property
    def newest(self) -> Result:
        return self.results[-1]

    @property
    def has_faces(self) -> bool:
        return any(result.has_faces for result in self.results)

    def sweep(self, now: datetime) -> bool:
        """Erase what is due, and tell whether the request is still there."""
        for result in self.results:
            if result.has_faces and result.ended_at and now - result.ended_at >= FACES:
                result.has_faces = False
        ended_at = self.newest.ended_at
        if ended_at is None:
            return True
        if now - self.sent_at >= RECORDINGS:
            self.has_recording = False
        failed_long_ago = not self.newest.succeeded and now - ended_at >= FAILED
        return self.has_faces or (self.has_recording and not failed_long_ago)


@dataclass(kw_only=True)
class User:
    id: UserId
    seen_at: datetime
    email: str | None
    """None for a guest."""
    erase_at: datetime | None = None
    requests: list[Request] = field(default_factory=list)

    def come_back(self, now: datetime) -> None:
        self.seen_at, self.erase_at = now, None

    def is_told(self, now: datetime) -> bool:
        """Tell whether a sweep tells the user now when the account is erased, and note when."""
        if self.email is None or self.erase_at or now - self.seen_at < IDLE - MONTH - DAY:
            return False
        day = max(self.seen_at + IDLE, now + MONTH)
        noon = day.replace(hour=12, minute=0, second=0, microsecond=0)
        self.erase_at = noon if day <= noon else noon + DAY
        return True

    def sweep(self, now: datetime) -> bool:
        """Erase what is due, and tell whether the account is still there."""
        if self.erase_at and self.erase_at <= now:
            return False
        self.requests = [request for request in self.requests if request.sweep(now)]
        return True


@dataclass
class Expected:
    """All that must be there."""

    users: dict[UserId, User] = field(default_factory=dict)
    requests: dict[RequestId, Request] = field(default_factory=dict)
    """Those that were there at the last sweep."""

    def sweep(self, now: datetime) -> set[str]:
        """Do what a sweep must do; return the addresses to which it must write."""
        told = {user.email for user in self.users.values() if user.is_told(now) and user.email}
        self.users = {key: user for key, user in self.users.items() if user.sweep(now)}
        self.requests = {one.id: one for user in self.users.values() for one in user.requests}
        return told

    def blobs(self) -> set[str]:
        """Return what must be in the blob storage: ids of requests with a recording, of results with faces."""
        kept: set[str] = set()
        for request in self.requests.values():
            if request.has_recording:
                kept.add(request.id)
            kept.update(one.id for one in request.results if one.has_faces)
        return kept
