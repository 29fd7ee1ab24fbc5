"""Answer the survey."""

from dataclasses import dataclass

from application.feedback.own_generation import lock_own_generation
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.feedback import Survey
from domain.ids import GenerationId, RequestId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSurveyCommand:
    """A user's answers about one result, by question."""

    user_id: UserId
    request_id: RequestId
    generation_id: GenerationId
    answers: dict[str, str]


class AnswerSurvey:
    """Records the answers; new ones replace them. Raises `NotFound`, `NotFinished`, `FacesErased`, `InvalidValue`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, command: AnswerSurveyCommand) -> Survey:
        now = self._clock()
        async with self._unit_of_work() as uow:
            generation = await lock_own_generation(
                uow, command.user_id, command.request_id, command.generation_id
            )
            generation.record_feedback(now)
            survey = await uow.surveys.find(generation.id)
            if survey is None:
                survey = Survey.answer(generation.id, command.answers, now)
            else:
                survey.replace(command.answers, now)
            await uow.generations.save(generation)
            await uow.surveys.save(survey)
            await uow.commit(returning=survey)
        return survey
