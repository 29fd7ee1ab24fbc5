"""Keep house: recover, announce, sweep; what somebody has to see to now and then, whichever process runs.

Any number of processes may do it at once: they pass over each other's rows, and take turns at the sweep.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from application.cancellation import end_if_cancelled
from application.errors import ServiceUnavailable
from application.generation.policy import JobPolicy

Chore = Callable[[], Awaitable[object]]

log = logging.getLogger(__name__)


class KeepHouse:
    """Does chores until it is cancelled, each in a loop of its own: a long sweep holds up nobody.

    A service that is away is tried again; so is a chore that breaks, which the log tells whoever can mend it.
    """

    def __init__(self, chores: Sequence[Chore], policy: JobPolicy) -> None:
        self._chores = chores
        self._pause = policy.housekeeping.total_seconds()

    async def __call__(self) -> None:
        async with asyncio.TaskGroup() as loops:
            for chore in self._chores:
                loops.create_task(self._repeat(chore))

    async def _repeat(self, chore: Chore) -> None:
        while True:
            try:
                await chore()
            except ServiceUnavailable as unavailable:
                log.warning("%s: %s does not answer", _name_of(chore), unavailable.service)
            except Exception:  # the outermost frame of the chore: it must not take the process along
                log.exception("%s broke", _name_of(chore))
            end_if_cancelled()
            await asyncio.sleep(self._pause)


def _name_of(chore: Chore) -> str:
    return getattr(chore, "__qualname__", type(chore).__name__)
