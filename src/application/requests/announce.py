"""Wake a worker up for what was just committed."""

import logging

from application.errors import ServiceUnavailable
from application.ports.clock import Clock
from application.ports.jobs import JobAnnouncer
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.ids import GenerationId

log = logging.getLogger(__name__)


class Announce:
    """Announces a committed generation; one that cannot be announced now is left to `AnnounceDue`.

    Nothing here may fail the caller: the request is accepted, and the row says all that is needed. A worker may
    have taken it, failed, and queued it again before the call is noted: a note about a call that is used up would
    keep everybody from calling again, so only what was never taken is noted.
    """

    def __init__(self, unit_of_work: UnitOfWorkFactory, announcer: JobAnnouncer, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._announcer = announcer
        self._clock = clock

    async def __call__(self, generation_id: GenerationId) -> None:
        try:
            await self._announcer.announce(generation_id)
            async with self._unit_of_work() as uow:
                await uow.generations.note_call(generation_id, self._clock())
                await uow.commit()
        except ServiceUnavailable as unavailable:
            log.warning("%s did not answer; %s is announced later", unavailable.service, generation_id)
