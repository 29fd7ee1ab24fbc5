"""Find the generation that a user gives feedback on."""

from application.errors import NotFound
from application.ports.unit_of_work import UnitOfWork
from domain.generation import Generation
from domain.ids import GenerationId, RequestId, UserId


async def lock_own_generation(
    uow: UnitOfWork, user_id: UserId, request_id: RequestId, generation_id: GenerationId
) -> Generation:
    """Return a generation of the user's own request, locked; raises `NotFound`."""
    request = await uow.requests.lock(user_id, request_id)
    generation = await uow.generations.lock(generation_id) if request else None
    if generation is None or generation.request_id != request_id:
        raise NotFound("result")
    return generation
