"""Rate a face."""

from dataclasses import dataclass

from application.feedback.own_generation import lock_own_generation
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.feedback import FaceKind, Rating
from domain.ids import GenerationId, RequestId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class RateFaceCommand:
    """The rating of one of the two faces of a result."""

    user_id: UserId
    request_id: RequestId
    generation_id: GenerationId
    kind: FaceKind
    rating: Rating


class RateFace:
    """Records the rating of a face; a new one replaces it wholly. Raises `NotFound`, `NotFinished`, `FacesErased`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, command: RateFaceCommand) -> None:
        async with self._unit_of_work() as uow:
            generation = await lock_own_generation(
                uow, command.user_id, command.request_id, command.generation_id
            )
            generation.rate(command.kind, command.rating, self._clock())
            await uow.generations.save(generation)
            await uow.commit(returning=None)
