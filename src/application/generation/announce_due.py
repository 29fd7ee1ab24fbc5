"""Announce what is due: retries, and generations whose first announcement was lost."""

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
"""How long a worker has to claim a generation that was announced when it was submitted."""


class AnnounceDue:
    """Announces due generations and returns how many; raises `ServiceUnavailable` unless the queue has taken all.

    Those that the queue has taken are recorded even then: a slow queue must not be given the same ones again.
    The rows stay locked meanwhile, so that no other process announces them, too. A batch is small and has a time
    limit, so this is the one place where a transaction waits for something other than the database.
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
            announced = await self._announce(due)
            for generation in announced:
                generation.announce(self._clock())
                await uow.generations.save(generation)
            await uow.commit()
        if len(announced) < len(due):
            raise ServiceUnavailable("queue")
        return len(due)

    async def _announce(self, due: Sequence[Generation]) -> Sequence[Generation]:
        """Announce all at the same time; return those that the queue has taken within the limit."""
        announced: list[Generation] = []

        async def announce(generation: Generation) -> None:
            with suppress(ServiceUnavailable, TimeoutError):
                async with asyncio.timeout(ANNOUNCING_LIMIT.total_seconds()):
                    await self._announcer.announce(generation.id)
                announced.append(generation)

        async with asyncio.TaskGroup() as announcements:
            for generation in due:
                announcements.create_task(announce(generation))
        return announced
