"""Keep house: what somebody has to see to now and then, whichever process runs.

Any number of processes may do it at once: they pass over each other's rows, and take turns at the sweep.
"""

import asyncio
import logging

from application.errors import ServiceUnavailable
from application.generation.announce_due import AnnounceDue
from application.generation.policy import JobPolicy
from application.generation.recover_expired import RecoverExpired
from application.generation.sweep_orphans import SweepOrphans

log = logging.getLogger(__name__)


class KeepHouse:
    """Recovers, announces and sweeps in a loop until it is cancelled; a service that is away is tried again."""

    def __init__(
        self, recover: RecoverExpired, announce_due: AnnounceDue, sweep: SweepOrphans, policy: JobPolicy
    ) -> None:
        self._chores = (recover, announce_due, sweep)
        self._pause = policy.housekeeping.total_seconds()

    async def __call__(self) -> None:
        while True:
            await self.once()
            await asyncio.sleep(self._pause)

    async def once(self) -> None:
        """Do each chore once; one whose service is away does not keep the others from being done."""
        for chore in self._chores:
            try:
                await chore()
            except ServiceUnavailable as unavailable:
                log.warning("%s: %s does not answer", type(chore).__name__, unavailable.service)
