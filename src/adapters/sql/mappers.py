"""Make entities from rows, and columns from entities."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from adapters.sql.models import (
    ErasureRow,
    FaceRequestRow,
    GenerationRow,
    SurveyRow,
)
from domain.erasure import Erasure
from domain.face_request import FaceRequest, StoredVoice
from domain.faces import Faces, StoredFace
from domain.feedback import Survey
from domain.generation import Generation, State
from domain.ids import ErasureId, GenerationId, RequestId, SurveyId, UserId
from domain.look import NO_WISHES, HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Acoustics, Gender, Influence, Person, Recording

Columns = dict[str, Any]
AnyRow = Row[*tuple[Any, ...]]


def request_columns(request: FaceRequest) -> Columns:
    """Return a request's columns."""
    recording = request.voice.recording
    return {
        "id": request.id,
        "user_id": request.user_id,
        "age": request.person.age,
        "gender": request.person.gender.value,
        "voice_key": request.voice.key,
        "voice_seconds": recording.seconds,
        "voice_media_type": recording.media_type,
        "voice_suffix": recording.suffix,
        "voice_bytes": request.voice.size,
        "wishes": asdict(request.wishes) if request.wishes != NO_WISHES else None,
        "latest_generation_id": request.latest_generation_id,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
        "consent_withdrawn_at": request.consent_withdrawn_at,
    }


def to_request(row: FaceRequestRow | AnyRow) -> FaceRequest:
    """Return the request of a row."""
    recording = Recording(seconds=row.voice_seconds, media_type=row.voice_media_type, suffix=row.voice_suffix)
    return FaceRequest(
        id=RequestId(row.id),
        user_id=UserId(row.user_id),
        person=Person(row.age, Gender(row.gender)),
        voice=StoredVoice(key=row.voice_key, recording=recording, size=row.voice_bytes),
        wishes=to_wishes(row.wishes),
        latest_generation_id=GenerationId(row.latest_generation_id),
        created_at=row.created_at,
        updated_at=row.updated_at,
        consent_withdrawn_at=row.consent_withdrawn_at,
    )


def to_wishes(columns: Mapping[str, Any] | None) -> LookWishes:
    """Return the wishes of a column, which is null for most requests."""
    if not columns:
        return NO_WISHES
    tone, style, colour = columns["skin_tone"], columns["hair_style"], columns["hair_colour"]
    return LookWishes(
        skin_tone=SkinTone(tone) if tone else None,
        hair_style=HairStyle(style) if style else None,
        hair_colour=HairColour(colour) if colour else None,
        glasses=columns["glasses"],
    )


PLAIN_GENERATION_COLUMNS = (
    "request_id",
    "user_id",
    "created_at",
    "due_at",
    "attempt",
    "faults",
    "lease_until",
    "claimed_at",
    "drawn_seconds",
    "stored_bytes",
    "stage",
    "percent",
    "failure",
    "finished_at",
    "voice_rating",
    "condition_rating",
    "feedback_at",
    "trace_id",
)
"""The attributes that a generation and its row have in common."""


def generation_columns(generation: Generation) -> Columns:
    """Return a generation's columns, all of its faces' columns included: None must be written, too."""
    return {
        "id": generation.id,
        "state": generation.state.value,
        **{name: getattr(generation, name) for name in PLAIN_GENERATION_COLUMNS},
        **_faces_columns(generation.faces),
    }


def to_generation(row: GenerationRow | AnyRow) -> Generation:
    """Return the generation of a row."""
    plain = {name: getattr(row, name) for name in PLAIN_GENERATION_COLUMNS}
    return Generation(id=GenerationId(row.id), state=State(row.state), faces=to_faces(row), **plain)


def to_faces(row: GenerationRow | AnyRow) -> Faces | None:
    """Return the faces of a row; None if it has no portraits."""
    if row.voice_portrait_key is None or row.condition_portrait_key is None:
        return None
    return Faces(
        voice=StoredFace(portrait=row.voice_portrait_key, video=row.voice_video_key, loop=row.voice_loop_key),
        condition=StoredFace(
            portrait=row.condition_portrait_key, video=row.condition_video_key, loop=row.condition_loop_key
        ),
        note=row.note,
        acoustics=_to_acoustics(row.acoustics),
        influences=tuple(Influence(**influence) for influence in row.influences or ()),
    )


def _faces_columns(faces: Faces | None) -> Columns:
    acoustics = faces.acoustics if faces else None
    return {
        "voice_portrait_key": faces.voice.portrait if faces else None,
        "voice_video_key": faces.voice.video if faces else None,
        "voice_loop_key": faces.voice.loop if faces else None,
        "condition_portrait_key": faces.condition.portrait if faces else None,
        "condition_video_key": faces.condition.video if faces else None,
        "condition_loop_key": faces.condition.loop if faces else None,
        "note": faces.note if faces else None,
        "acoustics": asdict(acoustics) if acoustics else None,
        "influences": [asdict(influence) for influence in faces.influences] if faces else None,
    }


def _to_acoustics(columns: Mapping[str, Any] | None) -> Acoustics | None:
    return Acoustics(**{**columns, "timbre": tuple(columns["timbre"])}) if columns else None


def survey_columns(survey: Survey) -> Columns:
    """Return a survey's columns."""
    return {
        "id": survey.id,
        "generation_id": survey.generation_id,
        "answers": survey.answers,
        "answered_at": survey.answered_at,
    }


def to_survey(row: SurveyRow | AnyRow) -> Survey:
    """Return the survey of a row."""
    return Survey(
        id=SurveyId(row.id),
        generation_id=GenerationId(row.generation_id),
        answers=dict(row.answers),
        answered_at=row.answered_at,
    )


def erasure_columns(erasure: Erasure) -> Columns:
    """Return an erasure's columns."""
    return {**vars(erasure), "prefixes": list(erasure.prefixes)}


def to_erasure(row: ErasureRow | AnyRow) -> Erasure:
    """Return the erasure of a row."""
    return Erasure(
        id=ErasureId(row.id),
        prefixes=tuple(row.prefixes),
        erased_at=row.erased_at,
        stopped_at=row.stopped_at,
        due_at=row.due_at,
        is_forgotten=row.is_forgotten,
    )
