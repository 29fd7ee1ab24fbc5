"""Make the faces again."""

from application.errors import AccountGone, NotFound
from application.log_context import log_context
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWorkFactory
from application.requests.announce import Announce
from domain.face_request import require_quota
from domain.generation import Generation, State
from domain.ids import RequestId, UserId


class RegenerateFaces:
    """Queues another generation from the stored voice.

    Raises `NotFound`, `GenerationInFlight`, and `QuotaExceeded` if the request has failed and may not count again.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, announce: Announce, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._announce = announce
        self._clock = clock

    async def __call__(self, user_id: UserId, request_id: RequestId) -> Generation:
        async with self._unit_of_work() as uow:
            if await uow.users.lock(user_id) is None:
                raise AccountGone
            request = await uow.requests.lock(user_id, request_id)
            latest = await uow.generations.lock(request.latest_generation_id) if request else None
            if request is None or latest is None:
                raise NotFound("request")
            if latest.state is State.FAILED:
                require_quota(await uow.requests.count_open(user_id))
            generation = request.regenerate(latest, self._clock())
            generation.trace_id = log_context().trace_id
            await uow.generations.add(generation)
            await uow.requests.save(request)
            await uow.commit()
        await self._announce(generation.id)
        return generation
