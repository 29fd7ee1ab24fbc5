"""Erase a request."""

import logging
from datetime import timedelta

from application.errors import NotFound, ServiceUnavailable
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.blob_keys import generation_prefix
from domain.ids import RequestId, UserId

log = logging.getLogger(__name__)


class EraseRequest:
    """Erases a request, its voice and its faces; raises `NotFound`.

    A worker with an attempt at it finds at its next heartbeat that the row is gone, stops, and removes what the
    attempt has stored; what it draws until then is counted. Blobs that cannot be removed now become orphans, and are
    swept later.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, blobs: BlobStorage, clock: Clock, heartbeat: timedelta
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock
        self._heartbeat = heartbeat

    async def __call__(self, user_id: UserId, request_id: RequestId) -> None:
        async with self._unit_of_work() as uow:
            request = await uow.requests.lock(user_id, request_id)
            if request is None:
                raise NotFound("request")
            generations = await uow.generations.lock_of_request(request_id)
            stopped_at = self._clock() + self._heartbeat
            for generation in generations:
                if not generation.state.is_final:
                    # An attempt whose lease has run out does not draw any more, even if no housekeeping has noticed.
                    seconds = generation.drawn_until(min(stopped_at, generation.lease_until or stopped_at))
                    await uow.usages.settle(generation.id, stopped_at, seconds)
            await uow.requests.remove(request)
            await uow.commit()
        record("erasure", user=user_id, request=request_id)
        try:
            keys = [*request.voice.keys]
            for generation in generations:
                keys += [blob.key async for blob in self._blobs.list(generation_prefix(generation.id))]
            await self._blobs.delete(keys)
        except ServiceUnavailable as unavailable:
            log.warning(
                "blobs of request %s are swept later: %s does not answer",
                request_id,
                unavailable.service,
            )
