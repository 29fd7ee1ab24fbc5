"""What an export tells of requests and results."""

from typing import Annotated, Self

from msgspec import Meta, Struct

from application.accounts.export import face_paths, recording_path
from domain.face_request import FaceRequest
from domain.feedback import Survey
from domain.generation import Generation, State
from domain.look import HairColour, HairStyle, SkinTone
from domain.voice import Gender
from entrypoints.http.schemas.acoustics import AcousticsResponse, UsualResponse
from entrypoints.http.schemas.feedback import RatingsResponse
from entrypoints.http.schemas.moments import Moment, WithMoments

FilePath = Annotated[str, Meta(description="Where the file stands in this archive.")]


class ExportedSurvey(WithMoments, frozen=True, kw_only=True):
    """The answers to the survey about one result, by question."""

    answers: dict[str, str]
    answered_at: Moment


class ExportedResult(WithMoments, frozen=True, kw_only=True):
    """One run that made faces, or failed, or has not ended."""

    id: str
    state: State
    created_at: Moment
    finished_at: Moment | None
    attempts: int
    faults: int
    drawn_seconds: float
    stored_bytes: int
    failure: Annotated[str | None, Meta(description="Why it failed.")]
    note: Annotated[str | None, Meta(description="What the result lacks, such as a video.")]
    acoustics: AcousticsResponse | None
    usual: UsualResponse | None
    skin_tone: SkinTone | None
    hair_style: HairStyle | None
    hair_colour: HairColour | None
    glasses: bool
    voice_rating: int | None
    condition_rating: int | None
    ratings: RatingsResponse
    feedback_at: Moment | None
    survey: ExportedSurvey | None
    trace_id: Annotated[str | None, Meta(description="The id of the call that asked for it, in our log.")]
    files: list[FilePath]

    @classmethod
    def of(cls, generation: Generation, survey: Survey | None) -> Self:
        """Return the entry of a generation."""
        faces = generation.faces
        return cls(
            id=generation.id,
            state=generation.state,
            created_at=generation.created_at,
            finished_at=generation.finished_at,
            attempts=generation.attempt,
            faults=generation.faults,
            drawn_seconds=generation.drawn_seconds,
            stored_bytes=generation.stored_bytes,
            failure=generation.failure,
            note=faces.note if faces else None,
            acoustics=AcousticsResponse.of(faces),
            usual=UsualResponse.of(faces),
            skin_tone=generation.wishes.skin_tone,
            hair_style=generation.wishes.hair_style,
            hair_colour=generation.wishes.hair_colour,
            glasses=generation.wishes.glasses,
            voice_rating=generation.voice_rating.stars if generation.voice_rating else None,
            condition_rating=generation.condition_rating.stars if generation.condition_rating else None,
            ratings=RatingsResponse.of(generation),
            feedback_at=generation.feedback_at,
            survey=ExportedSurvey(answers=survey.answers, answered_at=survey.answered_at) if survey else None,
            trace_id=generation.trace_id,
            files=list(face_paths(generation).values()),
        )


class ExportedRecording(Struct, frozen=True, kw_only=True):
    """A recording: the clean copy that is kept in place of what was sent."""

    file: Annotated[FilePath | None, Meta(description="Null once the recording was erased.")]
    media_type: str
    seconds: float
    bytes: int


class ExportedRequest(WithMoments, frozen=True, kw_only=True):
    """A request with its results, oldest first."""

    id: str
    age: Annotated[int, Meta(description="In years, as stated for the voice.")]
    gender: Gender
    skin_tone: SkinTone | None
    hair_style: HairStyle | None
    hair_colour: HairColour | None
    glasses: bool
    created_at: Moment
    updated_at: Moment
    recording: ExportedRecording
    results: list[ExportedResult]

    @classmethod
    def of(cls, request: FaceRequest, results: list[ExportedResult]) -> Self:
        """Return the entry of a request."""
        voice, wishes = request.voice, request.wishes
        return cls(
            id=request.id,
            age=request.person.age,
            gender=request.person.gender,
            skin_tone=wishes.skin_tone,
            hair_style=wishes.hair_style,
            hair_colour=wishes.hair_colour,
            glasses=wishes.glasses,
            created_at=request.created_at,
            updated_at=request.updated_at,
            recording=ExportedRecording(
                file=recording_path(request),
                media_type=voice.recording.media_type,
                seconds=voice.recording.seconds,
                bytes=voice.size,
            ),
            results=results,
        )
