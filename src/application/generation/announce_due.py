"""Wake workers up for what is due: work whose first call failed or was not followed, and retries."""

import asyncio
from datetime import timedelta

from application.errors import ServiceUnavailable
from application.ports.clock import Clock
from application.ports.jobs import JobAnnouncer
from application.ports.unit_of_work import UnitOfWorkFactory

BATCH = 50
ANNOUNCING_LIMIT = timedelta(seconds=5)
HEAD_START = timedelta(seconds=1)
"""How long a worker has to follow the call that goes out at once when somebody submits."""


class AnnounceDue:
    """Announces due generations and returns how many; raises `ServiceUnavailable`.

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
            try:
                async with asyncio.timeout(ANNOUNCING_LIMIT.total_seconds()):
                    for generation in due:
                        await self._announcer.announce(generation.id)
            except TimeoutError as late:
                raise ServiceUnavailable("queue") from late
            for generation in due:
                generation.announce(self._clock())
                await uow.generations.save(generation)
            await uow.commit()
        return len(due)
