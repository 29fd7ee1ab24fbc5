"""The port for announcements."""

from typing import Protocol

from domain.ids import GenerationId


class JobAnnouncer(Protocol):
    """Announces generations to workers; the database decides what runs, so one may be lost or come twice."""

    async def announce(self, generation_id: GenerationId) -> None:
        """Return once the queue holds the announcement safely; raises `ServiceUnavailable`."""
        ...

    async def check(self) -> None:
        """Return if the queue answers; raises `ServiceUnavailable`."""
        ...
