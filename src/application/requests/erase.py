"""Erase a request."""

from application.erasures.begin import erasures_of
from application.erasures.remove_blobs import remove_at_once
from application.errors import NotFound
from application.generation.policy import JobPolicy
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.ids import RequestId, UserId


class EraseRequest:
    """Erases a request, its voice and its faces; raises `NotFound`.

    A worker with an attempt at it finds at its next heartbeat that the row is gone, stops, and removes what the
    attempt has stored; what it draws until then is counted. Blobs that are stored until then, or that cannot be removed
    now, are removed by housekeeping within a minute.
    """

    def __init__(
        self, unit_of_work: UnitOfWorkFactory, blobs: BlobStorage, clock: Clock, policy: JobPolicy
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock
        self._policy = policy

    async def __call__(self, user_id: UserId, request_id: RequestId) -> None:
        async with self._unit_of_work() as uow:
            request = await uow.requests.lock(user_id, request_id)
            if request is None:
                raise NotFound("request")
            generations = await uow.generations.lock_of_request(request_id)
            now = self._clock()
            stopped_at = now + self._policy.heartbeat
            for generation in generations:
                if not generation.state.is_final:
                    # An attempt whose lease has run out does not draw any more, even if no housekeeping has noticed.
                    seconds = generation.drawn_until(min(stopped_at, generation.lease_until or stopped_at))
                    await uow.usages.settle(generation.id, stopped_at, seconds)
            await uow.requests.remove(request)
            erasures = erasures_of([request], generations, now, self._policy.stops_within)
            await uow.erasures.add(erasures)
            await uow.commit(returning=None)
        record("erasure", user=user_id, request=request_id)
        await remove_at_once(self._blobs, erasures)
