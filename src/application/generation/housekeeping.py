"""Housekeeping: the tasks that every process does from time to time.

Any number of processes may do them at once: each skips the rows that another has locked, and one at a time sweeps.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from application.cancellation import end_if_cancelled
from application.errors import ServiceUnavailable
from application.generation.policy import JobPolicy

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A task of housekeeping; `name` says in the log what it does, such as "sweep orphans"."""

    name: str
    run: Callable[[], Awaitable[object]]
    every: timedelta | None = None
    """How long a process waits between two runs; None: as long as the policy says."""


class Housekeeping:
    """Repeats its tasks until it is cancelled, each in a loop of its own: a slow task does not delay the others.

    A task that fails is tried again; the log says which one it was.
    """

    def __init__(self, tasks: Sequence[Task], policy: JobPolicy) -> None:
        self._tasks = tasks
        self._every = policy.housekeeping_every

    async def __call__(self) -> None:
        async with asyncio.TaskGroup() as loops:
            for task in self._tasks:
                loops.create_task(self._repeat(task))

    async def _repeat(self, task: Task) -> None:
        pause = (task.every or self._every).total_seconds()
        while True:
            try:
                await task.run()
            except ServiceUnavailable as unavailable:
                log.warning("housekeeping could not %s: %s does not answer", task.name, unavailable.service)
            except Exception:  # the outermost frame of the task: one that breaks must not end the process
                log.exception("housekeeping could not %s", task.name)
            end_if_cancelled()
            await asyncio.sleep(pause)
