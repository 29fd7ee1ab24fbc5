"""Announce a generation that was just committed."""

import logging

from application.errors import ServiceUnavailable
from application.ports.jobs import JobAnnouncer
from domain.ids import GenerationId

log = logging.getLogger(__name__)


class Announce:
    """Announces a committed generation; if the queue does not answer, `AnnounceDue` announces it later.

    A queue that does not answer is not an error: the request is accepted, and its row says all that is needed.
    """

    def __init__(self, announcer: JobAnnouncer) -> None:
        self._announcer = announcer

    async def __call__(self, generation_id: GenerationId) -> None:
        try:
            await self._announcer.announce(generation_id)
        except ServiceUnavailable as unavailable:
            log.warning(
                "generation %s is announced later: %s does not answer", generation_id, unavailable.service
            )
