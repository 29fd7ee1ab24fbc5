"""What people look at: read models, each fetched in one statement and owned by one user."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.generation import Faces, State
from domain.ids import GenerationId, RequestId, UserId
from domain.look import LookWishes
from domain.voice import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request as the list shows it: with the state of its newest generation."""

    id: RequestId
    person: Person
    wishes: LookWishes
    voice_key: str
    voice_media_type: str
    state: State
    latest_generation_id: GenerationId
    created_at: datetime
    updated_at: datetime
    """When its state last changed in a way that a list shows."""
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """A generation as the result page shows it."""

    id: GenerationId
    request_id: RequestId
    state: State
    faces: Faces | None
    failure: str | None
    voice_rating: int | None
    condition_rating: int | None
    surveyed: bool
    created_at: datetime
    feedback_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """How far a generation is; the same facts whether polled or streamed."""

    generation_id: GenerationId
    state: State
    stage: str | None
    percent: int
    attempt: int
    place: int | None
    """Place in the queue, from 1; None once it is not waiting."""
    failure: str | None
    finished_at: datetime | None


class Views(Protocol):
    """Reads without locking and outside any unit of work; raises `ServiceUnavailable`."""

    async def requests(
        self, user_id: UserId, limit: int | None = None, before: RequestId | None = None
    ) -> Sequence[RequestView]:
        """Return a user's requests, newest first: those older than `before`, at most `limit`."""
        ...

    async def request(self, user_id: UserId, request_id: RequestId) -> RequestView | None:
        """Return one request of the user's own."""
        ...

    async def result(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ResultView | None:
        """Return one generation of one request of the user's own."""
        ...

    async def job(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ProgressView | None:
        """Return how far one generation of the user's own is."""
        ...

    async def progress(self, generation_ids: Collection[GenerationId]) -> Mapping[GenerationId, ProgressView]:
        """Return how far these are, in one statement however many; erased ones are missing."""
        ...

    async def check(self) -> None:
        """Return when the database answers; raises `ServiceUnavailable`."""
        ...
