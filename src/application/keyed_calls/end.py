"""End a call with an idempotency key."""

import logging

from application.errors import ServiceUnavailable
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.keyed_call import KeptAnswer, KeyedCall

log = logging.getLogger(__name__)


class EndCall:
    """Keeps the answer of a call whose effect did not keep it, or lets the call be made again.

    A database that does not answer is not an error: the call can be made again after a minute, as if its process had
    been killed.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, call: KeyedCall, answer: KeptAnswer | None) -> None:
        """Keep the answer; None for a refusal, which does not remove an answer that was kept."""
        try:
            async with self._unit_of_work() as uow:
                if answer is None:
                    await uow.keyed_calls.release(call)
                else:
                    await uow.keyed_calls.keep(call, answer)
                await uow.commit()
        except ServiceUnavailable as unavailable:
            log.warning("the answer to a call was not kept: %s does not answer", unavailable.service)
