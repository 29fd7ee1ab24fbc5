"""Users, requests and generations to put into a database."""

import itertools
from datetime import UTC, datetime, timedelta

from databases.database import Database
from domain.blob_keys import attempt_prefix
from domain.consent import Consent, ConsentPolicy
from domain.errors import MEGABYTE
from domain.face_request import FaceRequest, StoredVoice
from domain.faces import Faces, StoredFace
from domain.feedback import FaceKind, Rating
from domain.generation import Generation
from domain.ids import RequestId
from domain.look import HairColour, LookWishes, SkinTone
from domain.quotas import Quotas
from domain.user import User
from domain.voice import (
    Acoustics,
    Gender,
    Influence,
    Person,
    Recording,
    UsualMeasures,
    UsualRange,
)

NOON = datetime(2026, 1, 2, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=15)
ACOUSTICS = Acoustics(
    pitch_hz=212.34567891234,
    pitch_spread_semitones=2.5,
    tract_length_cm=None,
    spectral_slope_db_per_octave=-11.25,
    harmonics_to_noise_db=14.0,
    timbre=(0.5, -1.25, 1e-9),
    voiced_seconds=7.75,
)
USUAL = UsualMeasures(pitch_hz=UsualRange(160.5, 251.25), tract_length_cm=UsualRange(13.6, 15.8))
RATING = Rating(stars=4, shown_first=FaceKind.CONDITION, named=False)
QUOTAS = Quotas(
    open_requests=10,
    requests_a_day=50,
    drawing_seconds_a_day=7200,
    stored_bytes=500 * MEGABYTE,
    results=5,
    time_limit=timedelta(minutes=10),
)
"""The default quotas."""
CONSENT_POLICY = ConsentPolicy(current_version="2026-12", is_required=False, guardian_consent_by="")
"""What is demanded by default."""
WISHES = LookWishes(skin_tone=SkinTone.OLIVE, hair_style=None, hair_colour=HairColour.AUBURN, glasses=True)

_counter = itertools.count(1)


def new_user(email: str | None = None) -> User:
    return User.sign_up(email or f"user-{next(_counter)}@example.org", "hash", Person(34, Gender.WOMAN), NOON)


def new_consent(user: User, request: FaceRequest | None = None, now: datetime = NOON) -> Consent:
    return CONSENT_POLICY.consent(
        user.id, 34, now, notice_version="2026-12", request_id=request.id if request else None
    )


def new_request(user: User, now: datetime = NOON) -> tuple[FaceRequest, Generation]:
    """Return a request with its first generation; a later request has a greater id, however soon it follows."""
    request_id = RequestId(f"{next(_counter):032x}")
    voice = StoredVoice(
        key=f"voices/{request_id}.webm",
        recording=Recording(seconds=14.987654321, media_type="audio/webm", suffix=".webm"),
        size=123_456,
    )
    request, generation = FaceRequest.submit(
        request_id, user.id, Person(8, Gender.MAN), voice, now, wishes=WISHES
    )
    generation.trace_id = "01a224ea878777508e967e708a8ade15"
    return request, generation


def example_faces(generation: Generation) -> Faces:
    prefix = attempt_prefix(generation.id, generation.attempt)
    return Faces(
        voice=StoredFace(
            portrait=f"{prefix}voice.png", video=f"{prefix}voice.mp4", loop=f"{prefix}voice-loop.webp"
        ),
        condition=StoredFace(portrait=f"{prefix}condition.png", video=None),
        note="Das Vidéo fehlt 🎬.",
        acoustics=ACOUSTICS,
        influences=(Influence(measure="pitch_hz", trait="jaw and chin", amount=-0.75),),
        usual=USUAL,
    )


async def stored_user(database: Database) -> User:
    """Store a new user."""
    user = new_user()
    async with database.unit_of_work() as uow:
        await uow.users.add(user)
        await uow.commit()
    return user


async def submitted(
    database: Database, user: User | None = None, now: datetime = NOON
) -> tuple[FaceRequest, Generation]:
    """Store a request with its first generation, queued."""
    request, generation = new_request(user or await stored_user(database), now)
    async with database.unit_of_work() as uow:
        await uow.requests.add(request)
        await uow.generations.add(generation)
        await uow.commit()
    return request, generation


async def saved(database: Database, generation: Generation) -> Generation:
    """Save the changes of a generation."""
    async with database.unit_of_work() as uow:
        assert await uow.generations.lock(generation.id)
        await uow.generations.save(generation)
        await uow.commit()
    return generation


async def reread(database: Database, generation: Generation) -> Generation:
    async with database.unit_of_work() as uow:
        found = await uow.generations.lock(generation.id)
    assert found is not None
    return found


def same(one: Generation, other: Generation) -> bool:
    """Tell whether two generations have equal attributes; `==` compares identity."""
    return vars(one) == vars(other)


async def finished(database: Database, generation: Generation, now: datetime = NOON) -> Generation:
    """Let a queued generation succeed."""
    generation.claim(now, LEASE)
    generation.succeed(generation.attempt, example_faces(generation), now)
    return await saved(database, generation)


async def failed(database: Database, generation: Generation, now: datetime = NOON) -> Generation:
    """Let a queued generation fail."""
    generation.claim(now, LEASE)
    generation.record_fault(generation.attempt, "Es ging nicht.", now, retryable=False)
    return await saved(database, generation)


async def regenerated(
    database: Database, request: FaceRequest, latest: Generation, now: datetime = NOON + MINUTE
) -> Generation:
    """Have the faces of a request made again, and return the new generation."""
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        newer = locked.regenerate(latest, now)
        await uow.generations.add(newer)
        await uow.requests.save(locked)
        await uow.commit()
    return newer
