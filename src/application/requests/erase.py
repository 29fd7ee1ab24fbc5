"""Erase a request."""

import logging

from application.errors import NotFound, ServiceUnavailable
from application.ports.blobs import BlobStorage
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.ids import RequestId, UserId

log = logging.getLogger(__name__)


class EraseRequest:
    """Erases a request, its voice and its faces; raises `NotFound`.

    A worker that is busy with it learns at its next heartbeat that the row is gone, stops, and removes what
    it had stored. Blobs that cannot be removed now are orphans, and are swept.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, blobs: BlobStorage) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs

    async def __call__(self, user_id: UserId, request_id: RequestId) -> None:
        async with self._unit_of_work() as uow:
            request = await uow.requests.lock(user_id, request_id)
            if request is None:
                raise NotFound("There is no such request.")
            generations = await uow.generations.of_request(request_id)
            await uow.requests.remove(request)
            await uow.commit()
        try:
            keys = [request.voice.key]
            for generation in generations:
                keys += [blob.key async for blob in self._blobs.list(f"faces/{generation.id}/")]
            await self._blobs.delete(keys)
        except ServiceUnavailable:
            log.warning("the blobs of request %s are swept later", request_id)
