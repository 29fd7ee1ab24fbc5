"""A queue in the memory of this process: for a laptop, where one process serves the API and runs the jobs.

It is lost when the process ends, but the database still knows what is queued: the housekeeping of the next process
finds that nothing waits in its queue, and announces what is due.
"""

import asyncio
from collections.abc import Awaitable, Callable

from application.cancellation import end_if_cancelled
from domain.ids import GenerationId


class InProcessQueue:
    """Implements `JobAnnouncer`, and runs a job for each announcement, a few at a time."""

    def __init__(self) -> None:
        self._announced: asyncio.Queue[GenerationId] = asyncio.Queue()

    async def announce(self, generation_id: GenerationId) -> None:
        """Put it into the queue."""
        self._announced.put_nowait(generation_id)

    async def waiting(self) -> int:
        """Return the length of the queue."""
        return self._announced.qsize()

    async def check(self) -> None:
        """Return: memory always answers."""

    async def work(self, run: Callable[[], Awaitable[None]], concurrency: int) -> None:
        """Run a job for each announcement until cancelled; then cancel the running ones and wait for their end."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(concurrency):
                workers.create_task(self._run_one_by_one(run))

    async def _run_one_by_one(self, run: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._announced.get()
            await run()
            end_if_cancelled()
