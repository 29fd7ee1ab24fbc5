"""Finish erasures: remove the blobs that are left."""

from collections.abc import Sequence

from application.erasures.remove_blobs import remove_blobs
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.erasure import Erasure

BATCH = 50


class FinishErasures:
    """Removes what is stored of erased rows, again and again until no worker can store any more.

    An erasure of which nothing is left is removed; how many these were is returned. Several processes share the work:
    one that is killed leaves it to the others, and blobs that two of them remove are no error.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, blobs: BlobStorage, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock

    async def __call__(self) -> int:
        finished, away = 0, None
        while away is None and (due := await self._take()):
            for erasure in due:
                try:
                    finished += await self._look_for(erasure)
                except ServiceUnavailable as unavailable:  # one file may be all that cannot be removed
                    away = unavailable
        if away is not None:
            raise away
        return finished

    async def _take(self) -> Sequence[Erasure]:
        async with self._unit_of_work() as uow:
            now = self._clock()
            due = await uow.erasures.lock_due(now, BATCH)
            for erasure in due:
                erasure.look(now)
                await uow.erasures.save(erasure)
            await uow.commit()
        return due

    async def _look_for(self, erasure: Erasure) -> bool:
        """Remove the blobs, and then the erasure if nothing is left to be done."""
        began_at = self._clock()
        await remove_blobs(self._blobs, erasure.prefixes)
        async with self._unit_of_work() as uow:
            current = await uow.erasures.lock(erasure.id)
            if current is None:  # another process was faster
                return False
            current.record_look(began_at)
            if current.is_finished:
                await uow.erasures.remove(current)
            else:
                await uow.erasures.save(current)
            await uow.commit()
        return current.is_finished
