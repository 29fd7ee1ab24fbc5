"""The port for read models: each belongs to one user and is read in one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.consent import Consent
from domain.faces import Faces, StoredFace
from domain.feedback import FaceKind, Rating, first_face
from domain.generation import State
from domain.ids import GenerationId, RequestId, UserId
from domain.look import LookWishes
from domain.retention import RequestParts
from domain.session import EndedSession, Session
from domain.usage import Usage
from domain.user import User
from domain.voice import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePreview:
    """What a list shows of a face."""

    portrait: str
    loop: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request as the list shows it: how far its newest generation is, and the newest faces that are there."""

    id: RequestId
    person: Person
    wishes: LookWishes
    voice_key: str | None
    """None once the recording is erased."""
    voice_media_type: str
    state: State
    stage: str | None
    percent: int
    failure: str | None
    latest_generation_id: GenerationId
    shown_generation_id: GenerationId
    """Whose faces these are: an older generation while the newest has not succeeded and an older one has faces."""
    voice_face: FacePreview | None
    condition_face: FacePreview | None
    is_rated: bool
    """Whether the user has rated both faces of the generation that is shown."""
    created_at: datetime
    updated_at: datetime
    """When it last changed in a way that a list shows."""
    finished_at: datetime | None
    faces_made_at: datetime | None
    """When the newest of its faces were made; None if it has none, or while its newest generation is in flight."""

    @property
    def first(self) -> FaceKind:
        """The face that a page should show first."""
        return first_face(self.shown_generation_id)

    @property
    def parts(self) -> RequestParts:
        """What of the request is left."""
        return RequestParts(
            submitted_at=self.created_at,
            has_recording=self.voice_key is not None,
            state=self.state,
            ended_at=self.finished_at,
            faces_made_at=self.faces_made_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """A generation as the result page shows it."""

    id: GenerationId
    request_id: RequestId
    state: State
    wishes: LookWishes
    faces: Faces | None
    failure: str | None
    voice_rating: Rating | None
    condition_rating: Rating | None
    surveyed: bool
    created_at: datetime
    finished_at: datetime | None
    feedback_at: datetime | None

    @property
    def first(self) -> FaceKind:
        """The face that a page should show first."""
        return first_face(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView:
    """The progress of a generation: the same for a client that polls and one that watches."""

    generation_id: GenerationId
    state: State
    stage: str | None
    percent: int
    attempt: int
    place: int | None
    """The place in the queue, from 1; None if it is not queued."""
    failure: str | None
    finished_at: datetime | None


class Views(Protocol):
    """Reads without locks and outside any unit of work; every method raises `ServiceUnavailable`."""

    async def requests(
        self, user_id: UserId, limit: int | None = None, before: RequestId | None = None
    ) -> Sequence[RequestView]:
        """Return a user's requests, newest first: those older than `before`, at most `limit`."""
        ...

    async def request(self, user_id: UserId, request_id: RequestId) -> RequestView | None:
        """Return a request of the user; None for one of another user."""
        ...

    async def result(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ResultView | None:
        """Return a generation of a request of the user; None for one of another user or another request."""
        ...

    async def results(self, user_id: UserId, request_id: RequestId) -> Sequence[ResultView]:
        """Return all generations of a request of the user, newest first; none for one of another user."""
        ...

    async def shared_face(self, generation_id: GenerationId) -> StoredFace | None:
        """Return the voice face of a generation of any user, to be shown to all who have its link.

        None if there is none any more, or while the consent of its user or for its request is withdrawn.
        """
        ...

    async def job(
        self, user_id: UserId, request_id: RequestId, generation_id: GenerationId
    ) -> ProgressView | None:
        """Return the progress of a generation of a request of the user; None where `result` returns None."""
        ...

    async def progress(self, generation_ids: Collection[GenerationId]) -> Mapping[GenerationId, ProgressView]:
        """Return the progress of any number of generations in one statement, without those that were erased."""
        ...

    async def sessions(self, user_id: UserId, now: datetime) -> Sequence[Session]:
        """Return a user's sessions that have neither ended nor expired, newest first."""
        ...

    async def ended_sessions(self, since: datetime | None) -> Sequence[EndedSession]:
        """Return the sessions that have ended since a moment, all where it is None, without those to be forgotten."""
        ...

    async def user(self, user_id: UserId) -> User | None:
        """Return a user; None if the account does not exist any more."""
        ...

    async def consents(self, user_id: UserId) -> Sequence[Consent]:
        """Return what a user agreed to, newest first."""
        ...

    async def usage(self, user_id: UserId, since: datetime) -> Usage:
        """Return what a user has used, as `UsageRepository.of` does."""
        ...

    async def check(self) -> None:
        """Return if the database answers and its schema is current; raises `ServiceUnavailable`."""
        ...
