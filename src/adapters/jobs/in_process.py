"""A queue in this process's memory: for a laptop, where API and worker are one process.

It dies with the process. The rows say what was queued, so whoever opens it afterwards has the use case
`clear_announcements` run first, and all is announced again.
"""

import asyncio
from collections.abc import Awaitable, Callable

from application.cancellation import end_if_cancelled
from domain.ids import GenerationId


class InProcessQueue:
    """Implements `JobAnnouncer`, and runs what is announced a few at a time."""

    def __init__(self) -> None:
        self._calls: asyncio.Queue[GenerationId] = asyncio.Queue()

    async def announce(self, generation_id: GenerationId) -> None:
        """Queue a wake-up call."""
        self._calls.put_nowait(generation_id)

    async def check(self) -> None:
        """Return: memory always answers."""

    async def work(self, run: Callable[[GenerationId], Awaitable[None]], concurrency: int) -> None:
        """Run announced jobs until cancelled, which cancels what runs and waits until it has been handed back."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(concurrency):
                workers.create_task(self._work_alone(run))

    async def _work_alone(self, run: Callable[[GenerationId], Awaitable[None]]) -> None:
        while True:
            await run(await self._calls.get())
            end_if_cancelled()
