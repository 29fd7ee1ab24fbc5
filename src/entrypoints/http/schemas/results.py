"""Results, ratings and surveys on the wire."""

from dataclasses import asdict
from typing import Annotated, Self

import msgspec
from msgspec import Meta, Struct

from application.feedback.answer_survey import AnswerSurveyCommand
from application.feedback.rate import RateFaceCommand
from application.ports.views import ResultView
from domain.errors import FacesErased
from domain.faces import Faces
from domain.feedback import HIGHEST_RATING, LONGEST_ANSWER, LOWEST_RATING, FaceKind, Survey
from domain.generation import State
from domain.ids import GenerationId, RequestId, UserId
from domain.retention import Retention
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.schemas.accounts import NO_NUL
from entrypoints.http.schemas.identifiers import Id, Status
from entrypoints.http.schemas.moments import Moment, WithMoments
from entrypoints.http.schemas.requests import MediaUrl

Stars = Annotated[
    int, Meta(examples=[4], extra_json_schema={"minimum": LOWEST_RATING, "maximum": HIGHEST_RATING})
]
Answer = Annotated[
    str | int, Meta(examples=["0, 2"], extra_json_schema={"maxLength": LONGEST_ANSWER, "pattern": NO_NUL})
]


class InfluenceResponse(Struct, frozen=True, kw_only=True):
    """How one measure of the voice changed one trait of the face."""

    measure: Annotated[str, Meta(description="A field of `acoustics`.", examples=["pitch_hz"])]
    trait: Annotated[str, Meta(examples=["a stronger jaw and chin"])]
    amount: Annotated[float, Meta(description="-1 to 1: how far from what is usual for age and gender.")]


class AcousticsResponse(Struct, frozen=True, kw_only=True):
    """What was measured of the voice: properties of the sound, not claims about the speaker."""

    pitch_hz: Annotated[float, Meta(description="Median fundamental frequency.", examples=[118.2])]
    pitch_spread_semitones: Annotated[float, Meta(examples=[2.4])]
    tract_length_cm: Annotated[
        float | None, Meta(description="Apparent length of the vocal tract, from formant spacing.")
    ]
    spectral_slope_db_per_octave: Annotated[float, Meta(examples=[-6.1])]
    harmonics_to_noise_db: Annotated[float, Meta(examples=[14.0])]
    timbre: Annotated[list[float], Meta(description="Mean mel-frequency cepstral coefficients 1 to 12.")]
    voiced_seconds: Annotated[float, Meta(examples=[6.3])]
    influences: Annotated[
        list[InfluenceResponse],
        Meta(description="Which measure changed which trait of the face, strongest first."),
    ]

    @classmethod
    def of(cls, faces: Faces | None) -> Self | None:
        """Return the wire form of what was measured, None if nothing was."""
        if faces is None or faces.acoustics is None:
            return None
        measured = asdict(faces.acoustics)
        return msgspec.convert({**measured, "influences": [asdict(one) for one in faces.influences]}, cls)


class FaceResultResponse(WithMoments, frozen=True, kw_only=True):
    """Two faces: the voice face, and as its control the condition face, made from age and gender alone."""

    id: Id
    mz_request_id: Id
    condition_image_url: MediaUrl | None
    condition_gif_url: Annotated[MediaUrl | None, Meta(description="A video in MP4, in spite of the name.")]
    voice_image_url: MediaUrl | None
    voice_gif_url: Annotated[MediaUrl | None, Meta(description="A video in MP4, in spite of the name.")]
    condition_loop_url: Annotated[MediaUrl | None, Meta(description="A short silent animated WebP.")]
    voice_loop_url: Annotated[MediaUrl | None, Meta(description="A short silent animated WebP.")]
    condition_image_rating: Stars | None
    voice_image_rating: Stars | None
    created_at: Moment
    updated_at: Annotated[
        Moment | None, Meta(description="Null until the user rates a face or answers the survey.")
    ]
    survey: Annotated[
        int, Meta(description="1 once the survey is answered.", extra_json_schema={"enum": [0, 1]})
    ]
    status: Status
    error: Annotated[str | None, Meta(description="Why it failed, in a sentence for the user.")]
    note: Annotated[str | None, Meta(description="What the result lacks, such as a video, or erased faces.")]
    acoustics: AcousticsResponse | None
    faces_erase_at: Annotated[
        Moment | None,
        Meta(description="When these faces are due for erasure; null for never, and where there are none."),
    ]

    @classmethod
    def of(cls, view: ResultView, links: MediaLinks, retention: Retention) -> Self:
        """Return the wire form of a result, finished or not."""
        faces = view.faces
        return cls(
            id=view.id,
            mz_request_id=view.request_id,
            condition_image_url=links.face_file(faces.condition.portrait) if faces else None,
            condition_gif_url=links.face_file(faces.condition.video) if faces else None,
            voice_image_url=links.face_file(faces.voice.portrait) if faces else None,
            voice_gif_url=links.face_file(faces.voice.video) if faces else None,
            condition_loop_url=links.face_file(faces.condition.loop) if faces else None,
            voice_loop_url=links.face_file(faces.voice.loop) if faces else None,
            condition_image_rating=view.condition_rating,
            voice_image_rating=view.voice_rating,
            created_at=view.created_at,
            updated_at=view.feedback_at,
            survey=int(view.surveyed),
            status=Status.of(view.state),
            error=view.failure,
            note=_note_of(view),
            acoustics=AcousticsResponse.of(faces),
            faces_erase_at=retention.of_faces(view.finished_at) if faces else None,
        )


def _note_of(view: ResultView) -> str | None:
    if view.faces is not None:
        return view.faces.note
    return str(FacesErased()) if view.state is State.SUCCEEDED else None


class OneFaceResultResponse(Struct, frozen=True, kw_only=True):
    """One result."""

    mz_result: FaceResultResponse


class JobOutcomeResponse(Struct, frozen=True, kw_only=True):
    """How a job ended; there is no result unless it succeeded."""

    job_id: Id
    state: State
    status: Status
    error: str | None
    mz_result: FaceResultResponse | None

    @classmethod
    def of(cls, view: ResultView, links: MediaLinks, retention: Retention) -> Self:
        """Return the wire form of an outcome."""
        has_result = view.state is State.SUCCEEDED
        return cls(
            job_id=view.id,
            state=view.state,
            status=Status.of(view.state),
            error=view.failure,
            mz_result=FaceResultResponse.of(view, links, retention) if has_result else None,
        )


class RateRequest(Struct, frozen=True, kw_only=True):
    """Stars for one of the two faces."""

    type: FaceKind
    rating: Stars

    def command(self, user_id: UserId, request_id: RequestId, result_id: GenerationId) -> RateFaceCommand:
        """Return what the use case takes."""
        return RateFaceCommand(
            user_id=user_id,
            request_id=request_id,
            generation_id=result_id,
            kind=self.type,
            stars=self.rating,
        )


class SurveyRequest(Struct, frozen=True, kw_only=True):
    """The survey; every answer is optional, and several choices are written as `0, 2`."""

    user_phone: Answer | None = None
    sns_time: Answer | None = None
    image_rating_reason: Answer | None = None
    voice_to_face_rating: Answer | None = None
    dissatisfy_reason: Answer | None = None
    additional_function: Answer | None = None
    face_to_gif_rating: Answer | None = None
    more_gif: Answer | None = None
    more_gif_type: Answer | None = None
    waiting: Answer | None = None
    waiting_improvement: Answer | None = None
    recommend: Answer | None = None
    opinion: Answer | None = None

    def command(self, user_id: UserId, request_id: RequestId, result_id: GenerationId) -> AnswerSurveyCommand:
        """Return what the use case takes, with the questions that were answered."""
        answers = msgspec.structs.asdict(self)
        return AnswerSurveyCommand(
            user_id=user_id,
            request_id=request_id,
            generation_id=result_id,
            answers={question: str(answer) for question, answer in answers.items() if answer is not None},
        )


class SurveyResponse(Struct, frozen=True, kw_only=True):
    """The survey was stored."""

    mz_result_id: Id
    mz_survey_id: Id

    @classmethod
    def of(cls, survey: Survey) -> Self:
        """Return the answer for a stored survey."""
        return cls(mz_result_id=survey.generation_id, mz_survey_id=survey.id)
