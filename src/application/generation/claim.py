"""Claim a generation for a new attempt."""

import asyncio
import logging

from application.cancellation import end_if_cancelled
from application.errors import ServiceUnavailable
from application.generation.attempt import Attempt
from application.generation.change import change_generation
from application.generation.policy import JobPolicy
from application.ports.blobs import BlobStorage
from application.ports.claims import Claims
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.errors import ClaimRefused, NotYetDue
from domain.generation import Generation
from domain.ids import GenerationId
from domain.quotas import Quotas

log = logging.getLogger(__name__)


class ClaimGeneration:
    """Returns a new attempt, or None if the generation is claimed, has ended, is not due or was erased.

    It waits for a database that does not answer. A generation that is not yet due will be announced again.
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

    async def __call__(self, generation_id: GenerationId) -> Attempt | None:
        while True:
            try:
                return await self._claim(generation_id)
            except ServiceUnavailable as unavailable:
                log.warning("generation %s waits: %s does not answer", generation_id, unavailable.service)
                end_if_cancelled()
                await asyncio.sleep(self._policy.heartbeat.total_seconds())

    async def _claim(self, generation_id: GenerationId) -> Attempt | None:
        try:
            claimed = await self._claims.take(generation_id, self._clock(), self._policy.lease)
        except NotYetDue as early:
            log.info("generation %s is not claimed: %s", generation_id, early)
            await self._reschedule(generation_id)
            return None
        except ClaimRefused as refused:
            log.info("generation %s is not claimed: %s", generation_id, refused)
            return None
        if claimed is None:
            log.info("generation %s is not claimed: it was erased", generation_id)
            return None
        return Attempt(claimed, self._unit_of_work, self._blobs, self._clock, self._policy, self._quotas)

    async def _reschedule(self, generation_id: GenerationId) -> None:
        """Have the generation announced again when it is due."""
        await change_generation(self._unit_of_work, generation_id, Generation.clear_announcement)
