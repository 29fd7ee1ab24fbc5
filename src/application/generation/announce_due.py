"""Announce what is due: retries, and generations whose first announcement was lost."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from application.errors import ServiceUnavailable
from application.ports.clock import Clock
from application.ports.jobs import JobAnnouncer
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.generation import CLOCK_TOLERANCE
from domain.ids import GenerationId

MOST_WAITING = 1000
"""How many announcements there are at most where more generations are due; workers take them one by one."""
BATCH = 50
ANNOUNCING_LIMIT = timedelta(seconds=5)
HEAD_START = CLOCK_TOLERANCE + timedelta(seconds=1)
"""How long a generation must be due to be counted: a worker may be about to claim it."""


class AnnounceDue:
    """Publishes as many announcements as the queue has too few for what is due, and returns how many.

    Of all processes one does so in each period of `every`. Raises `ServiceUnavailable` unless the queue has taken all;
    the rest counts as missing again in the next period.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, announcer: JobAnnouncer, clock: Clock, every: timedelta
    ) -> None:
        self._unit_of_work = unit_of_work
        self._announcer = announcer
        self._clock = clock
        self._every = every

    async def __call__(self) -> int:
        now = self._clock()
        async with self._unit_of_work() as uow:
            is_ours = await uow.tasks.take("announce due generations", now, self._every)
            await uow.commit()
        if not is_ours:
            return 0
        # The queue is asked first: a generation that is claimed meanwhile is then announced once too little, which the
        # next period makes good, and not once too often.
        waiting = await self._announcer.waiting()
        async with self._unit_of_work() as uow:
            due = await uow.generations.due(now - HEAD_START, MOST_WAITING)
        missing = due[waiting:]
        for start in range(0, len(missing), BATCH):
            await self._announce(missing[start : start + BATCH])
        return len(missing)

    async def _announce(self, generation_ids: Sequence[GenerationId]) -> None:
        """Announce all at the same time; raises `ServiceUnavailable` unless the queue takes all within the limit."""
        taken = 0

        async def announce(generation_id: GenerationId) -> None:
            nonlocal taken
            with suppress(ServiceUnavailable, TimeoutError):
                async with asyncio.timeout(ANNOUNCING_LIMIT.total_seconds()):
                    await self._announcer.announce(generation_id)
                taken += 1

        async with asyncio.TaskGroup() as announcements:
            for generation_id in generation_ids:
                announcements.create_task(announce(generation_id))
        if taken < len(generation_ids):
            raise ServiceUnavailable("queue")
