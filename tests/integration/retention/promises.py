"""What the service has said beforehand, held against what becomes of it."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import GenerationId, RequestId, UserId
from integration.retention.expected import Expected


@dataclass(frozen=True, kw_only=True)
class Promise:
    """That something is there until a moment, and gone at the first sweep after it."""

    user_id: UserId
    moment: datetime


@dataclass(frozen=True, kw_only=True)
class RequestPromise(Promise):
    """Of a part of a request: its recording, the faces of one result, or all of it."""

    request_id: RequestId
    newest: GenerationId
    """The newest result when that was said."""
    part: str

    def is_there(self, kept: Expected) -> bool:
        request = kept.requests.get(self.request_id)
        if request is None or self.part == "all":
            return request is not None
        if self.part == "recording":
            return request.has_recording
        return next(one for one in request.results if one.id == self.newest).has_faces

    def is_void(self, kept: Expected) -> bool:
        """Tell whether something else decides: the end of the account, a job that runs, faces made again since."""
        request = kept.requests.get(self.request_id)
        if self.user_id not in kept.users:
            return True
        if request is None or self.part == "faces":
            return False
        if request.newest.ended_at is None:
            return True
        then_newest = next(one for one in request.results if one.id == self.newest)
        made_again = request.newest is not then_newest
        return made_again and (self.part == "all" or not then_newest.succeeded)


@dataclass(frozen=True, kw_only=True)
class AccountPromise(Promise):
    """Of an account, said by the API or by a mail."""

    said_at: datetime

    def is_there(self, kept: Expected) -> bool:
        return self.user_id in kept.users

    def is_void(self, kept: Expected) -> bool:
        """Tell whether the user has come back or signed up, or whether a mail has since named a later day."""
        user = kept.users.get(self.user_id)
        if user is None:
            return False
        names_a_later_day = user.erase_at is not None and user.erase_at > self.moment
        return user.seen_at > self.said_at or names_a_later_day


AnyPromise = RequestPromise | AccountPromise


def kept_promises(promises: set[AnyPromise], kept: Expected, now: datetime) -> set[AnyPromise]:
    """Require that each promise is kept now, after a sweep; return those whose moment is still to come."""
    open_promises = set()
    for promise in promises:
        if promise.is_void(kept):
            continue
        if promise.moment > now:
            assert promise.is_there(kept), (now, promise)
            open_promises.add(promise)
        else:
            assert not promise.is_there(kept), (now, promise)
    return open_promises
