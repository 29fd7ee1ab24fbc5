"""Make the faces again."""

import logging

from application.errors import AccountGone, NotFound, ServiceUnavailable
from application.log_context import log_context
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.requests.announce import Announce
from application.requests.count_generation import Queued, count_generation
from application.security_events import record
from domain.blob_keys import generation_prefix
from domain.generation import State
from domain.ids import RequestId, UserId
from domain.quotas import Quotas

log = logging.getLogger(__name__)


class RegenerateFaces:
    """Queues another generation from the stored voice; results beyond the number that is kept are erased.

    Raises `NotFound`, `GenerationInFlight`, `RecordingErased`, and `QuotaExceeded`: a request that has failed counts as
    open again. Files of erased results that cannot be removed now become orphans, and are swept later.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        blobs: BlobStorage,
        announce: Announce,
        clock: Clock,
        quotas: Quotas,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._announce = announce
        self._clock = clock
        self._quotas = quotas

    async def __call__(self, user_id: UserId, request_id: RequestId) -> Queued:
        async with self._unit_of_work() as uow:
            if await uow.users.lock(user_id) is None:
                raise AccountGone
            request = await uow.requests.lock(user_id, request_id)
            if request is None:
                raise NotFound("request")
            generations = list(await uow.generations.lock_of_request(request_id))
            latest = next(one for one in generations if one.id == request.latest_generation_id)
            generation = request.regenerate(latest, self._clock())
            generation.trace_id = log_context().trace_id
            surplus = self._quotas.surplus([*generations, generation])
            for result in surplus:
                await uow.generations.remove(result)
            opens = latest.state is State.FAILED
            quotas = await count_generation(uow, self._quotas, user_id, generation, opens=opens)
            await uow.generations.add(generation)
            await uow.requests.save(request)
            await uow.commit()
        if surplus:
            record("erasure", user=user_id, request=request_id, results=len(surplus))
        await self._announce(generation.id)
        await self._remove_files([generation_prefix(result.id) for result in surplus])
        return Queued(request=request, generation=generation, quotas=quotas)

    async def _remove_files(self, prefixes: list[str]) -> None:
        try:
            for prefix in prefixes:
                await self._blobs.delete([blob.key async for blob in self._blobs.list(prefix)])
        except ServiceUnavailable as unavailable:
            log.warning("files of erased results are swept later: %s does not answer", unavailable.service)
