"""Wake a worker up for what was just committed."""

import logging

from application.errors import ServiceUnavailable
from application.ports.jobs import JobAnnouncer
from domain.ids import GenerationId

log = logging.getLogger(__name__)


class Announce:
    """Announces a committed generation; one that cannot be announced now is left to `AnnounceDue`.

    Nothing here may fail the caller: the request is accepted, and the row says all that is needed. The call is not
    written down: the worker that follows it is about to lock the row, and would wait for the note. Should nobody
    follow it soon, `AnnounceDue` calls again, and writes that down.
    """

    def __init__(self, announcer: JobAnnouncer) -> None:
        self._announcer = announcer

    async def __call__(self, generation_id: GenerationId) -> None:
        try:
            await self._announcer.announce(generation_id)
        except ServiceUnavailable as unavailable:
            log.warning("%s did not answer; %s is announced later", unavailable.service, generation_id)
