"""A queue in the memory of this process: for a laptop, where one process serves the API and runs the jobs.

It is lost when the process ends, but the database still knows what is queued: the next process runs the use case
`ClearAnnouncements` first, so that everything is announced again.
"""

import asyncio
from collections.abc import Awaitable, Callable

from application.cancellation import end_if_cancelled
from domain.ids import GenerationId


class InProcessQueue:
    """Implements `JobAnnouncer`, and runs what is announced, a few jobs at a time."""

    def __init__(self) -> None:
        self._announced: asyncio.Queue[GenerationId] = asyncio.Queue()

    async def announce(self, generation_id: GenerationId) -> None:
        """Put it into the queue."""
        self._announced.put_nowait(generation_id)

    async def check(self) -> None:
        """Return: memory always answers."""

    async def work(self, run: Callable[[GenerationId], Awaitable[None]], concurrency: int) -> None:
        """Run announced jobs until cancelled; then cancel the running ones and wait until they have ended."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(concurrency):
                workers.create_task(self._run_one_by_one(run))

    async def _run_one_by_one(self, run: Callable[[GenerationId], Awaitable[None]]) -> None:
        while True:
            await run(await self._announced.get())
            end_if_cancelled()
