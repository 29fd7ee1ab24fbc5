"""Erase recordings, faces and requests that have been kept for their period."""

from collections.abc import Sequence
from datetime import datetime

from application.erasures.remove_blobs import remove_at_once
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.retention.batches import do_to_all
from application.security_events import record
from domain.blob_keys import generation_prefix
from domain.erasure import Erasure
from domain.face_request import FaceRequest
from domain.ids import RequestId, UserId
from domain.retention import DueParts, Retention


class EraseDueRequests:
    """Erases what of requests is due; returns of how many. Raises `ServiceUnavailable`: the rest comes another time.

    Each request has a transaction of its own, which looks again at what is due once the request is locked. Its blobs
    are removed after it, by housekeeping if need be.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, blobs: BlobStorage, clock: Clock, retention: Retention
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock
        self._retention = retention

    async def __call__(self) -> int:
        return await do_to_all(self._find, self._erase)

    async def _find(self, limit: int) -> Sequence[tuple[UserId, RequestId]]:
        async with self._unit_of_work() as uow:
            return await uow.requests.due_for_erasure(self._retention.past(self._clock()), limit)

    async def _erase(self, own: tuple[UserId, RequestId]) -> bool:
        """Erase what is due of one request; return False if nothing is."""
        user_id, request_id = own
        async with self._unit_of_work() as uow:
            request = await uow.requests.lock(user_id, request_id)
            if request is None:
                return False
            generations = await uow.generations.lock_of_request(request_id)
            now = self._clock()
            due = self._retention.due(request, generations, now)
            if not due:
                return False
            keys = request.voice.keys if due.recording else ()
            folders = [generation_prefix(one.id) for one in (generations if due.everything else due.faces)]
            erasure = Erasure.begin([*keys, *folders], now)
            await uow.erasures.add([erasure])
            await _change_rows(uow, request, due, now)
            await uow.commit()
        record(
            "retention",
            user=user_id,
            request=request_id,
            requests=int(due.everything),
            recordings=int(due.recording),
            faces=len(due.faces),
        )
        await remove_at_once(self._blobs, [erasure])
        return True


async def _change_rows(uow: UnitOfWork, request: FaceRequest, due: DueParts, now: datetime) -> None:
    if due.everything:
        await uow.requests.remove(request)
        return
    for generation in due.faces:
        generation.erase_faces()
        await uow.generations.save(generation)
    if due.recording:
        request.erase_recording(now)
        await uow.requests.save(request)
