"""Ratings and the survey on the wire."""

from dataclasses import asdict
from typing import Annotated, Self

import msgspec
from msgspec import Meta, Struct

from application.feedback.answer_survey import AnswerSurveyCommand
from application.feedback.rate import RateFaceCommand
from application.ports.views import ResultView
from domain.feedback import HIGHEST_RATING, LONGEST_ANSWER, LOWEST_RATING, FaceKind, Rating, Survey
from domain.generation import Generation
from domain.ids import GenerationId, RequestId, UserId
from entrypoints.http.schemas.accounts import NO_NUL
from entrypoints.http.schemas.identifiers import Id

Stars = Annotated[
    int, Meta(examples=[4], extra_json_schema={"minimum": LOWEST_RATING, "maximum": HIGHEST_RATING})
]
Answer = Annotated[
    str | int, Meta(examples=["0, 2"], extra_json_schema={"maxLength": LONGEST_ANSWER, "pattern": NO_NUL})
]


class RatingResponse(Struct, frozen=True, kw_only=True):
    """The stars of one face, and how the two faces were shown when they were given."""

    stars: Stars
    shown_first: Annotated[FaceKind | None, Meta(description="Null where the client did not say it.")]
    named: Annotated[
        bool | None,
        Meta(
            description="Whether the user was told which face is which; null where the client did not say it."
        ),
    ]

    @classmethod
    def of(cls, rating: Rating | None) -> Self | None:
        """Return the wire form of a rating, None for none."""
        return msgspec.convert(asdict(rating), cls) if rating else None


class RatingsResponse(Struct, frozen=True, kw_only=True):
    """The ratings of the two faces; null for one that is not rated."""

    voice: RatingResponse | None
    condition: RatingResponse | None

    @classmethod
    def of(cls, rated: ResultView | Generation) -> Self:
        """Return the wire form of the ratings of a result."""
        return cls(
            voice=RatingResponse.of(rated.voice_rating),
            condition=RatingResponse.of(rated.condition_rating),
        )


class RateRequest(Struct, frozen=True, kw_only=True):
    """Stars for one of the two faces, and how the faces were shown."""

    type: FaceKind
    rating: Stars
    shown_first: Annotated[
        FaceKind | None, Meta(description="The face that was shown first: on the left, or above.")
    ] = None
    named: Annotated[bool | None, Meta(description="Whether the user had been told which face is which.")] = (
        None
    )

    def command(self, user_id: UserId, request_id: RequestId, result_id: GenerationId) -> RateFaceCommand:
        """Return what the use case takes; raises `InvalidValue`."""
        return RateFaceCommand(
            user_id=user_id,
            request_id=request_id,
            generation_id=result_id,
            kind=self.type,
            rating=Rating(stars=self.rating, shown_first=self.shown_first, named=self.named),
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
