"""A user's request for faces of one recording."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.errors import ConsentWithdrawn, GenerationInFlight, RecordingErased
from domain.generation import Generation
from domain.ids import GenerationId, RequestId, UserId, new_id
from domain.look import NO_WISHES, LookWishes
from domain.voice import Person, Recording

WITHDRAWN = (
    "You have withdrawn your consent for this request, so its faces are not made. "
    "Send a recording again to go on."
)
"""What the user reads of a request after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVoice:
    """A recording that is stored: its blob key, and what is known of it."""

    key: str | None
    """None once it is erased."""
    recording: Recording
    size: int
    """Bytes of the blob."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The key, if there is one."""
        return (self.key,) if self.key is not None else ()

    def require_key(self) -> str:
        """Return the key; raises `RecordingErased`."""
        if self.key is None:
            raise RecordingErased
        return self.key


@dataclass(eq=False, kw_only=True)
class FaceRequest:
    """A stored voice with the stated age and gender, and the id of its newest generation."""

    id: RequestId
    user_id: UserId
    person: Person
    voice: StoredVoice
    wishes: LookWishes = NO_WISHES
    latest_generation_id: GenerationId
    created_at: datetime
    updated_at: datetime
    consent_withdrawn_at: datetime | None = None
    """When the user withdrew the consent that was given with it; None if that never happened."""

    @classmethod
    def submit(
        cls,
        request_id: RequestId,
        user_id: UserId,
        person: Person,
        voice: StoredVoice,
        now: datetime,
        *,
        wishes: LookWishes = NO_WISHES,
    ) -> tuple["FaceRequest", Generation]:
        """Return a new request with its first generation, queued."""
        generation = Generation.queue(request_id, user_id, now, wishes)
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

    def regenerate(self, latest: Generation, now: datetime, wishes: LookWishes | None = None) -> Generation:
        """Queue another generation from the same voice, with these wishes; for None with those of the request.

        Raises `ConsentWithdrawn`, `GenerationInFlight` until the latest generation has ended, and `RecordingErased`.
        """
        if self.consent_withdrawn_at is not None:
            raise ConsentWithdrawn(WITHDRAWN)
        if not latest.state.is_final:
            raise GenerationInFlight
        self.voice.require_key()
        generation = Generation.queue(self.id, self.user_id, now, self.wishes if wishes is None else wishes)
        self.latest_generation_id = generation.id
        self.updated_at = now
        return generation

    def erase_recording(self, now: datetime) -> None:
        """Forget where the recording is stored; the caller erases the blob once that is committed."""
        self.voice = replace(self.voice, key=None, size=0)
        self.updated_at = now


def new_request_id() -> RequestId:
    """Return a new id; the voice is stored under it before the request is recorded."""
    return RequestId(new_id())
