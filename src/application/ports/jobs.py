"""What the application needs of a queue."""

from typing import Protocol

from domain.ids import GenerationId


class JobAnnouncer(Protocol):
    """Wakes a worker up; the database stays the truth, so a lost or doubled call does no harm."""

    async def announce(self, generation_id: GenerationId) -> None:
        """Return once the queue holds the call safely; raises `ServiceUnavailable`."""
        ...

    async def check(self) -> None:
        """Return when the queue answers; raises `ServiceUnavailable`."""
        ...
