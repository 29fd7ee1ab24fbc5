"""Make generations from rows, and columns from generations."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from adapters.sql.mappers import AnyRow, Columns, to_wishes, wishes_column
from adapters.sql.models import GenerationRow
from domain.faces import Faces, StoredFace
from domain.feedback import FaceKind, Rating
from domain.generation import Generation, State
from domain.ids import GenerationId
from domain.voice import Acoustics, Influence, UsualMeasures, UsualRange

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
    "feedback_at",
    "trace_id",
)
"""The attributes that a generation and its row have in common."""


def generation_columns(generation: Generation) -> Columns:
    """Return a generation's columns, all of its faces' columns included: None must be written, too."""
    return {
        "id": generation.id,
        "state": generation.state.value,
        "wishes": wishes_column(generation.wishes),
        **{name: getattr(generation, name) for name in PLAIN_GENERATION_COLUMNS},
        **_rating_columns(FaceKind.VOICE, generation.voice_rating),
        **_rating_columns(FaceKind.CONDITION, generation.condition_rating),
        **_faces_columns(generation.faces),
    }


def to_generation(row: GenerationRow | AnyRow) -> Generation:
    """Return the generation of a row."""
    return Generation(
        id=GenerationId(row.id),
        state=State(row.state),
        wishes=to_wishes(row.wishes),
        faces=to_faces(row),
        voice_rating=to_rating(row.voice_rating, row.voice_shown_first, row.voice_named),
        condition_rating=to_rating(row.condition_rating, row.condition_shown_first, row.condition_named),
        **{name: getattr(row, name) for name in PLAIN_GENERATION_COLUMNS},
    )


def to_rating(stars: int | None, shown_first: str | None, named: bool | None) -> Rating | None:
    """Return the rating of a face from its three columns."""
    if stars is None:
        return None
    return Rating(stars=stars, shown_first=FaceKind(shown_first) if shown_first else None, named=named)


def _rating_columns(kind: FaceKind, rating: Rating | None) -> Columns:
    return {
        f"{kind}_rating": rating.stars if rating else None,
        f"{kind}_shown_first": rating.shown_first.value if rating and rating.shown_first else None,
        f"{kind}_named": rating.named if rating else None,
    }


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
        usual=_to_usual(row.usual),
    )


def _faces_columns(faces: Faces | None) -> Columns:
    return {
        "voice_portrait_key": faces.voice.portrait if faces else None,
        "voice_video_key": faces.voice.video if faces else None,
        "voice_loop_key": faces.voice.loop if faces else None,
        "condition_portrait_key": faces.condition.portrait if faces else None,
        "condition_video_key": faces.condition.video if faces else None,
        "condition_loop_key": faces.condition.loop if faces else None,
        "note": faces.note if faces else None,
        "acoustics": asdict(faces.acoustics) if faces and faces.acoustics else None,
        "influences": [asdict(influence) for influence in faces.influences] if faces else None,
        "usual": asdict(faces.usual) if faces and faces.usual else None,
    }


def _to_acoustics(columns: Mapping[str, Any] | None) -> Acoustics | None:
    return Acoustics(**{**columns, "timbre": tuple(columns["timbre"])}) if columns else None


def _to_usual(columns: Mapping[str, Any] | None) -> UsualMeasures | None:
    return UsualMeasures(**{name: UsualRange(**one) for name, one in columns.items()}) if columns else None
