"""Count a generation to what its user has used of the quotas."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.ports.unit_of_work import UnitOfWork
from domain.face_request import FaceRequest
from domain.generation import Generation
from domain.ids import UserId
from domain.quotas import Quotas
from domain.usage import WINDOW, QuotaState


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A generation that was queued, its request, and how much is used of each quota with it."""

    request: FaceRequest
    generation: Generation
    quotas: Sequence[QuotaState]


async def count_generation(
    uow: UnitOfWork,
    quotas: Quotas,
    user_id: UserId,
    generation: Generation,
    *,
    opens: bool,
    stored_bytes: int = 0,
) -> Sequence[QuotaState]:
    """Count a generation that is about to be queued, or raise `QuotaExceeded`; return what is used then.

    The caller has locked the user. The generation opens a request or not, and comes with a recording of
    `stored_bytes`. What it may draw is reserved until it ends.
    """
    now, seconds = generation.created_at, quotas.time_limit.total_seconds()
    usage = await uow.usages.of(user_id, now - WINDOW)
    quotas.require_room(usage, now, opens=int(opens), stored_bytes=max(1, stored_bytes))
    await uow.usages.add(user_id, generation, seconds)
    return quotas.states(usage.with_another(now, seconds, opens=int(opens), stored_bytes=stored_bytes), now)
