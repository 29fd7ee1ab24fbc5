"""Change one generation in a transaction of its own."""

from collections.abc import Callable

from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.generation import Generation
from domain.ids import GenerationId


async def change_generation(
    unit_of_work: UnitOfWorkFactory, generation_id: GenerationId, change: Callable[[Generation], None]
) -> Generation | None:
    """Lock a generation, change it and save it; return it, or None if its request was erased.

    When that ends it, what it has drawn is counted in place of what was reserved for it.
    """
    async with unit_of_work() as uow:
        generation = await uow.generations.lock(generation_id)
        if generation is None:
            return None
        change(generation)
        await uow.generations.save(generation)
        await settle_if_ended(uow, generation)
        await uow.commit()
    return generation


async def settle_if_ended(uow: UnitOfWork, generation: Generation) -> None:
    """Count what a generation has drawn, once it has ended."""
    if generation.finished_at is not None:
        await uow.usages.settle(generation.id, generation.finished_at, generation.drawn_seconds)
