"""Erase what has been kept for its period: the sweep of retention."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from application.errors import ServiceUnavailable
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory

TASK = "erase_due"
EVERY = timedelta(hours=1)


class EraseDue:
    """Takes its steps once an hour, whichever process comes first; returns how much they have changed.

    What a sweep leaves, because its process ended or a backing service did not answer, the next one erases. A step that
    fails so does not keep the others from their work.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, steps: Sequence[Callable[[], Awaitable[int]]], clock: Clock
    ) -> None:
        self._unit_of_work = unit_of_work
        self._steps = steps
        self._clock = clock

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            is_ours = await uow.tasks.take(TASK, self._clock(), EVERY)
            await uow.commit()
        changed, away = 0, None
        for step in self._steps if is_ours else ():
            try:
                changed += await step()
            except ServiceUnavailable as unavailable:
                away = away or unavailable
        if away is not None:
            raise away
        return changed
