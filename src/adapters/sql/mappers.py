"""Make entities from rows, and columns from entities."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row

from adapters.sql.models import ErasureRow, FaceRequestRow, SurveyRow
from domain.erasure import Erasure
from domain.face_request import FaceRequest, StoredVoice
from domain.feedback import Survey
from domain.ids import ErasureId, GenerationId, RequestId, SurveyId, UserId
from domain.look import NO_WISHES, HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person, Recording

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
        "wishes": wishes_column(request.wishes),
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


def wishes_column(wishes: LookWishes) -> Columns | None:
    """Return the column of wishes, which is null where there are none."""
    return asdict(wishes) if wishes != NO_WISHES else None


def to_wishes(columns: Mapping[str, Any] | None) -> LookWishes:
    """Return the wishes of a column."""
    if not columns:
        return NO_WISHES
    tone, style, colour = columns["skin_tone"], columns["hair_style"], columns["hair_colour"]
    return LookWishes(
        skin_tone=SkinTone(tone) if tone else None,
        hair_style=HairStyle(style) if style else None,
        hair_colour=HairColour(colour) if colour else None,
        glasses=columns["glasses"],
    )


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
