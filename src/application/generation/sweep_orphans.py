"""Remove orphans: blobs that no row refers to, left by a process that ended between storing and recording."""

import logging
from datetime import timedelta

from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.blob_keys import PREFIXES

BATCH = 200
TASK = "sweep_orphans"

log = logging.getLogger(__name__)


class SweepOrphans:
    """Sweeps once in each period, whichever process comes first; returns how many blobs this process removed."""

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        blobs: BlobStorage,
        clock: Clock,
        every: timedelta,
        orphan_age: timedelta,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock
        self._every = every
        self._orphan_age = orphan_age

    async def __call__(self) -> int:
        async with self._unit_of_work() as uow:
            is_ours = await uow.tasks.take(TASK, self._clock(), self._every)
            await uow.commit()
        if not is_ours:
            return 0
        removed = 0
        for prefix in PREFIXES:
            batch: list[str] = []
            async for blob in self._blobs.list(prefix):
                if blob.modified_at < self._clock() - self._orphan_age:
                    batch.append(blob.key)
                if len(batch) == BATCH:
                    removed += await self._remove_unreferenced(batch)
                    batch = []
            removed += await self._remove_unreferenced(batch)
        return removed

    async def _remove_unreferenced(self, keys: list[str]) -> int:
        if not keys:
            return 0
        async with self._unit_of_work() as uow:
            orphans = await uow.blob_references.unreferenced(keys)
        await self._blobs.delete(orphans)
        for key in orphans:
            log.info("removed orphan %s", key)
        return len(orphans)
