"""What a user says about the faces: ratings and the survey."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.errors import InvalidValue
from domain.ids import GenerationId, SurveyId, new_id

LOWEST_RATING = 1
HIGHEST_RATING = 5
LONGEST_ANSWER = 2000

QUESTIONS = (
    "user_phone",
    "sns_time",
    "image_rating_reason",
    "voice_to_face_rating",
    "dissatisfy_reason",
    "additional_function",
    "face_to_gif_rating",
    "more_gif",
    "more_gif_type",
    "waiting",
    "waiting_improvement",
    "recommend",
    "opinion",
)
"""The questions of the survey, by the names that the front end sends; each may stay unanswered."""


class FaceKind(StrEnum):
    """Which of the two faces: the voice face or the condition face."""

    VOICE = "voice"
    CONDITION = "condition"


def first_face(generation_id: GenerationId) -> FaceKind:
    """Return the face that a page should show first: by chance for each result, and the same whenever it is shown.

    It is made from a hash, because ids follow each other.
    """
    digest = hashlib.sha256(generation_id.encode()).digest()
    return FaceKind.VOICE if digest[0] % 2 else FaceKind.CONDITION


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """The stars that a user gave to one face, and how the two faces were shown then."""

    stars: int
    shown_first: FaceKind | None = None
    """None where the client did not say it."""
    named: bool | None = None
    """Whether the user was told which face is which; None where the client did not say it."""

    def __post_init__(self) -> None:
        if not LOWEST_RATING <= self.stars <= HIGHEST_RATING:
            raise InvalidValue("rating", f"Give a rating from {LOWEST_RATING} to {HIGHEST_RATING}.")


@dataclass(eq=False, kw_only=True)
class Survey:
    """The answers of one user about one generation; answering again replaces them."""

    id: SurveyId
    generation_id: GenerationId
    answers: dict[str, str] = field(default_factory=dict)
    answered_at: datetime

    @classmethod
    def answer(cls, generation_id: GenerationId, answers: dict[str, str], now: datetime) -> "Survey":
        """Return a new survey; raises `InvalidValue` as `replace` does."""
        survey = cls(id=SurveyId(new_id()), generation_id=generation_id, answered_at=now)
        survey.replace(answers, now)
        return survey

    def replace(self, answers: dict[str, str], now: datetime) -> None:
        """Replace all answers; raises `InvalidValue` for an unknown question or an answer that is too long."""
        for question, answer in answers.items():
            if question not in QUESTIONS:
                raise InvalidValue(question, f"The survey does not ask «{question}».")
            if len(answer) > LONGEST_ANSWER:
                raise InvalidValue(question, f"Keep the answer under {LONGEST_ANSWER} characters.")
        self.answers = dict(answers)
        self.answered_at = now
