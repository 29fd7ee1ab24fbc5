"""Rate a face."""

from dataclasses import dataclass

from application.errors import NotFound
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.feedback import FaceKind
from domain.generation import Generation
from domain.ids import GenerationId, RequestId, UserId


async def lock_own_generation(
    uow: UnitOfWork, user_id: UserId, request_id: RequestId, generation_id: GenerationId
) -> Generation:
    """Return a locked generation of the user's own request; raises `NotFound`."""
    request = await uow.requests.lock(user_id, request_id)
    generation = await uow.generations.lock(generation_id) if request else None
    if generation is None or generation.request_id != request_id:
        raise NotFound("There is no such result.")
    return generation


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCommand:
    """Stars for one of the two faces of a result."""

    user_id: UserId
    request_id: RequestId
    generation_id: GenerationId
    kind: FaceKind
    stars: int


class RateFace:
    """Records how well a face suits; rating again replaces. Raises `NotFound`, `NotFinished`, `InvalidValue`."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, command: RateCommand) -> None:
        async with self._unit_of_work() as uow:
            generation = await lock_own_generation(
                uow, command.user_id, command.request_id, command.generation_id
            )
            generation.rate(command.kind, command.stars, self._clock())
            await uow.generations.save(generation)
            await uow.commit()
