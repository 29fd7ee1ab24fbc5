"""Wake workers up for what is due: work whose first call failed or was not followed, and retries."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from application.errors import ServiceUnavailable
from application.ports.clock import Clock
from application.ports.jobs import JobAnnouncer
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.generation import Generation

BATCH = 50
ANNOUNCING_LIMIT = timedelta(seconds=5)
HEAD_START = timedelta(seconds=1)
"""How long a worker has to follow the call that goes out at once when somebody submits."""


class AnnounceDue:
    """Announces due generations and returns how many; raises `ServiceUnavailable` unless all calls went out.

    Those that did are noted even so: a slow queue must not be filled with the same calls again and again.
    The rows stay locked while their calls go out, so that no second process sends them too; a batch is small and
    its sending limited in time, which makes this the one place where a transaction waits for something else.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, announcer: JobAnnouncer, clock: Clock, stale: timedelta
    ) -> None:
        self._unit_of_work = unit_of_work
        self._announcer = announcer
        self._clock = clock
        self._stale = stale

    async def __call__(self) -> int:
        announced = 0
        while count := await self._announce_batch():
            announced += count
            if count < BATCH:
                break
        return announced

    async def _announce_batch(self) -> int:
        async with self._unit_of_work() as uow:
            due = await uow.generations.lock_unannounced(self._clock() - HEAD_START, self._stale, BATCH)
            called = await self._call(due)
            for generation in called:
                generation.announce(self._clock())
                await uow.generations.save(generation)
            await uow.commit()
        if len(called) < len(due):
            raise ServiceUnavailable("queue")
        return len(due)

    async def _call(self, due: Sequence[Generation]) -> Sequence[Generation]:
        """Send the calls side by side; return those that the queue has taken in time."""
        called: list[Generation] = []

        async def call(generation: Generation) -> None:
            with suppress(ServiceUnavailable, TimeoutError):
                async with asyncio.timeout(ANNOUNCING_LIMIT.total_seconds()):
                    await self._announcer.announce(generation.id)
                called.append(generation)

        async with asyncio.TaskGroup() as calls:
            for generation in due:
                calls.create_task(call(generation))
        return called
