"""What users have used of the quotas, in memory."""

from collections.abc import Collection
from datetime import datetime

from domain.face_request import FaceRequest
from domain.generation import Generation, State
from domain.ids import GenerationId, UserId
from domain.usage import Usage
from doubles.memory.pausing import pausing
from doubles.memory.tables import CountedGeneration
from doubles.memory.transaction import Transaction


def usage_of(
    since: datetime,
    requests: Collection[FaceRequest],
    generations: Collection[Generation],
    counted: Collection[CountedGeneration],
) -> Usage:
    """Return the usage of a user by the user's own requests, their generations, and what is counted of the user."""
    failed = {one.id for one in generations if one.state is State.FAILED}
    counting = [one for one in counted if one.ended_at is None or one.ended_at > since]
    queued = [one.queued_at for one in counted if one.queued_at > since]
    return Usage(
        open_requests=sum(request.latest_generation_id not in failed for request in requests),
        stored_bytes=sum(request.voice.size for request in requests)
        + sum(one.stored_bytes for one in generations),
        requests=len(queued),
        first_queued_at=min(queued, default=None),
        drawn_seconds=sum(one.seconds for one in counting),
        in_flight=sum(one.ended_at is None for one in counting),
        first_ended_at=min((one.ended_at for one in counting if one.ended_at), default=None),
    )


class MemoryUsageRepository:
    """Implements `UsageRepository`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    @pausing
    async def of(self, user_id: UserId, since: datetime) -> Usage:
        """Search all."""
        requests = [one for one in self._transaction.requests.all() if one.user_id == user_id]
        ids = {request.id for request in requests}
        generations = [one for one in self._transaction.generations.all() if one.request_id in ids]
        counted = [one for one in self._transaction.usages.all() if one.user_id == user_id]
        return usage_of(since, requests, generations, counted)

    async def add(self, user_id: UserId, generation: Generation, seconds: float) -> None:
        """Add it."""
        counted = CountedGeneration(user_id=user_id, queued_at=generation.created_at, seconds=seconds)
        self._transaction.usages.put(generation.id, counted)

    async def settle(self, generation_id: GenerationId, ended_at: datetime, seconds: float) -> None:
        """Replace it unless it has ended."""
        counted = self._transaction.usages.get(generation_id)
        if counted is not None and counted.ended_at is None:
            counted.ended_at, counted.seconds = ended_at, seconds
            self._transaction.usages.put(generation_id, counted)

    async def remove_old(self, ended_before: datetime) -> int:
        """Remove one by one."""
        old = [
            key
            for key, counted in self._transaction.usages.items()
            if counted.ended_at is not None and counted.ended_at <= ended_before
        ]
        for key in old:
            self._transaction.usages.remove(key)
        return len(old)
