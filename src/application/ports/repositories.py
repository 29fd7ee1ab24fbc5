"""Ports for what a unit of work reads and writes: whole entities.

`lock` reads an entity so that no other unit of work can lock or change it until this one has ended. A unit of work that
locks several kinds locks the user first, then the request, then the generation: one order prevents deadlocks. What a
repository returns is a copy: a change is written by `save` and lasts once the unit of work commits.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from domain.erasure import Erasure
from domain.face_request import FaceRequest
from domain.feedback import Survey
from domain.generation import Generation
from domain.ids import ErasureId, GenerationId, RequestId, UserId
from domain.retention import PastPeriods
from domain.throttling import Throttle
from domain.usage import Usage


class RequestRepository(Protocol):
    """The requests for faces."""

    async def add(self, request: FaceRequest) -> None:
        """Add a request."""
        ...

    async def get(self, request_id: RequestId) -> FaceRequest | None:
        """Return a request of any user; it is not for showing it to a user."""
        ...

    async def lock(self, user_id: UserId, request_id: RequestId) -> FaceRequest | None:
        """Return the user's own request, locked; None for a request of another user."""
        ...

    async def lock_of_user(self, user_id: UserId) -> Sequence[FaceRequest]:
        """Return all requests of a user, locked."""
        ...

    async def save(self, request: FaceRequest) -> None:
        """Write the changes of a request that was locked."""
        ...

    async def remove(self, request: FaceRequest) -> None:
        """Erase a request with its generations and their surveys."""
        ...

    async def due_for_erasure(self, past: PastPeriods, limit: int) -> Sequence[tuple[UserId, RequestId]]:
        """Return requests of which something is due for erasure, at most `limit` in any order, with their users."""
        ...


class GenerationRepository(Protocol):
    """The generations."""

    async def add(self, generation: Generation) -> None:
        """Add a generation."""
        ...

    async def lock(self, generation_id: GenerationId) -> Generation | None:
        """Return a generation, locked."""
        ...

    async def save(self, generation: Generation) -> None:
        """Write the changes of a generation that was locked."""
        ...

    async def lock_of_request(self, request_id: RequestId) -> Sequence[Generation]:
        """Return all generations of a request, oldest first, and lock them."""
        ...

    async def lock_open(self, user_id: UserId, request_id: RequestId | None = None) -> Sequence[Generation]:
        """Return what is queued or runs of a user, or of one request of the user, and lock it."""
        ...

    async def lock_of_user(self, user_id: UserId) -> Sequence[Generation]:
        """Return all generations of a user, whose requests were locked, and lock them."""
        ...

    async def remove(self, generation: Generation) -> None:
        """Erase a generation that was locked, with its survey."""
        ...

    async def due(self, now: datetime, limit: int) -> Sequence[GenerationId]:
        """Return which generations are due, at most `limit`; the one that is due longest comes first."""
        ...

    async def lock_expired(self, now: datetime, limit: int) -> Sequence[Generation]:
        """Return running generations whose lease has run out, and lock them; skips those that are locked."""
        ...


class SurveyRepository(Protocol):
    """The surveys."""

    async def find(self, generation_id: GenerationId) -> Survey | None:
        """Return the survey about a generation; the caller locks the generation first."""
        ...

    async def save(self, survey: Survey) -> None:
        """Add or replace a survey."""
        ...


class TaskRepository(Protocol):
    """When each housekeeping task was last done, so that several processes do not do it at once."""

    async def take(self, name: str, now: datetime, every: timedelta) -> bool:
        """Return True to one process in each period of `every`, and False at once to the others."""
        ...


class ThrottleRepository(Protocol):
    """The throttles. They are locked last, whatever else a unit of work locks, and all that it needs at once."""

    async def read(self, keys: Collection[str]) -> Sequence[Throttle]:
        """Return those of the throttles that exist, without locking them."""
        ...

    async def lock(self, keys: Collection[str], now: datetime) -> Sequence[Throttle]:
        """Return the throttle of each key, locked; one that did not exist begins now, with a count of 0."""
        ...

    async def save(self, throttles: Iterable[Throttle]) -> None:
        """Write throttles that were locked."""
        ...

    async def take_back(self, keys: Collection[str]) -> None:
        """Count one try less under each key, where any is counted."""
        ...

    async def remove(self, keys: Collection[str]) -> None:
        """Forget all tries under these keys."""
        ...

    async def remove_old(self, before: datetime, limit: int) -> int:
        """Remove throttles that have not changed since then; return how many."""
        ...


class UsageRepository(Protocol):
    """What users have used of the quotas; its rows outlive the requests, so that erasing gives no new room for a day.

    A unit of work that decides by a user's usage locks the user first.
    """

    async def of(self, user_id: UserId, since: datetime) -> Usage:
        """Return a user's usage, with the daily figures counted from after `since`."""
        ...

    async def add(self, user_id: UserId, generation: Generation, seconds: float) -> None:
        """Count a generation that is queued, with the seconds that it may draw."""
        ...

    async def settle(self, generation_id: GenerationId, ended_at: datetime, seconds: float) -> None:
        """Record that a generation has ended, and how long it has drawn; does nothing for one that has ended before."""
        ...

    async def remove_old(self, ended_before: datetime) -> int:
        """Remove what no daily figure counts any more; return how many rows."""
        ...


class ErasureRepository(Protocol):
    """The erasures that are not finished. They are locked by themselves, without any other rows."""

    async def add(self, erasures: Collection[Erasure]) -> None:
        """Add erasures, in the transaction that erases the rows."""
        ...

    async def lock_due(self, now: datetime, limit: int) -> Sequence[Erasure]:
        """Return erasures that are due, at most `limit`, and lock them; skips those that are locked."""
        ...

    async def lock(self, erasure_id: ErasureId) -> Erasure | None:
        """Return an erasure, locked; None if it is finished."""
        ...

    async def save(self, erasure: Erasure) -> None:
        """Write the changes of an erasure that was locked."""
        ...

    async def remove(self, erasure: Erasure) -> None:
        """Remove an erasure that was locked."""
        ...

    async def not_forgotten(self) -> Collection[ErasureId]:
        """Return those whose traces may still be in the database's files."""
        ...

    async def forget(self, erasure_ids: Collection[ErasureId]) -> None:
        """Record of erasures that no traces are left; those that are finished already are ignored."""
        ...


class BlobReferences(Protocol):
    """Which blobs the rows refer to."""

    async def unreferenced(self, keys: Collection[str]) -> set[str]:
        """Return the keys that no request and no generation refers to.

        Everything under the prefix of a running attempt counts as referred to, and a copy with the visible mark if its
        original does.
        """
        ...
