"""Claim a generation for a new attempt."""

import asyncio
import logging

from application.cancellation import end_if_cancelled
from application.errors import ServiceUnavailable
from application.generation.attempt import Attempt
from application.generation.policy import JobPolicy
from application.ports.blobs import BlobStorage
from application.ports.claims import ClaimedGeneration, Claims
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.quotas import Quotas

log = logging.getLogger(__name__)


class ClaimGeneration:
    """Returns a new attempt at the fairest due generation, or None if nothing is due.

    It waits for a database that does not answer. When it is cancelled, nothing stays claimed.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        claims: Claims,
        blobs: BlobStorage,
        clock: Clock,
        policy: JobPolicy,
        quotas: Quotas,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._claims = claims
        self._blobs = blobs
        self._clock = clock
        self._policy = policy
        self._quotas = quotas

    async def __call__(self) -> Attempt | None:
        while True:
            try:
                return await self._take()
            except ServiceUnavailable as unavailable:
                log.warning("a claim waits: %s does not answer", unavailable.service)
                end_if_cancelled()
                await asyncio.sleep(self._policy.heartbeat.total_seconds())

    async def _take(self) -> Attempt | None:
        """Take a generation; when cancelled meanwhile, hand back what was taken, and raise."""
        taking = asyncio.create_task(self._claims.take(self._clock(), self._policy.lease))
        try:
            claimed = await asyncio.shield(taking)
        except asyncio.CancelledError:
            await asyncio.wait({taking})
            if not taking.cancelled() and taking.exception() is None and (late := taking.result()):
                await asyncio.shield(self._attempt_at(late).hand_back())
            raise
        if claimed is None:
            log.info("nothing is claimed: no generation is due")
            return None
        return self._attempt_at(claimed)

    def _attempt_at(self, claimed: ClaimedGeneration) -> Attempt:
        return Attempt(claimed, self._unit_of_work, self._blobs, self._clock, self._policy, self._quotas)
