"""Change one generation in a transaction of its own."""

from collections.abc import Callable

from application.ports.unit_of_work import UnitOfWorkFactory
from domain.generation import Generation
from domain.ids import GenerationId


async def change_generation(
    unit_of_work: UnitOfWorkFactory, generation_id: GenerationId, change: Callable[[Generation], None]
) -> Generation | None:
    """Lock a generation, change it and save it; return it, or None if its request was erased."""
    async with unit_of_work() as uow:
        generation = await uow.generations.lock(generation_id)
        if generation is None:
            return None
        change(generation)
        await uow.generations.save(generation)
        await uow.commit()
    return generation
