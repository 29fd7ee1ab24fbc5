"""What a person asked for: faces for one recording."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import GenerationInFlight, QuotaExceeded
from domain.generation import Generation
from domain.ids import GenerationId, RequestId, UserId, new_id
from domain.look import NO_WISHES, LookWishes
from domain.voice import Person, Recording

MOST_OPEN_REQUESTS = 10


def require_room(open_requests: int) -> None:
    """Raise `QuotaExceeded` when a user who holds this many unfailed requests asks for another."""
    if open_requests >= MOST_OPEN_REQUESTS:
        raise QuotaExceeded(MOST_OPEN_REQUESTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVoice:
    """Where the recording lies, and what it is."""

    key: str
    recording: Recording


@dataclass(eq=False, kw_only=True)
class FaceRequest:
    """A stored voice with the stated age and gender, and the newest making of its faces."""

    id: RequestId
    user_id: UserId
    person: Person
    voice: StoredVoice
    wishes: LookWishes = NO_WISHES
    latest_generation_id: GenerationId
    created_at: datetime
    updated_at: datetime

    @classmethod
    def submit(
        cls,
        request_id: RequestId,
        user_id: UserId,
        person: Person,
        voice: StoredVoice,
        now: datetime,
        wishes: LookWishes = NO_WISHES,
    ) -> tuple["FaceRequest", Generation]:
        """Return a new request with its first generation, queued."""
        generation = Generation.queue(request_id, now)
        request = cls(
            id=request_id,
            user_id=user_id,
            person=person,
            voice=voice,
            wishes=wishes,
            latest_generation_id=generation.id,
            created_at=now,
            updated_at=now,
        )
        return request, generation

    def regenerate(self, latest: Generation, now: datetime) -> Generation:
        """Queue another making from the same voice; raises `GenerationInFlight` while one is under way."""
        if not latest.state.is_final:
            raise GenerationInFlight
        generation = Generation.queue(self.id, now)
        self.latest_generation_id = generation.id
        self.updated_at = now
        return generation


def voice_key(request_id: RequestId, recording: Recording) -> str:
    """Return the blob key of a request's recording: our id, never a client's file name."""
    return f"voices/{request_id}{recording.suffix}"


def faces_prefix(generation: Generation) -> str:
    """Return the prefix under which the running attempt, and no other, leaves its outputs."""
    return f"faces/{generation.id}/{generation.attempt}/"


def new_request_id() -> RequestId:
    """Return an id to store the voice under before the request is recorded."""
    return RequestId(new_id())
