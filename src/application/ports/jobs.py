"""The port for announcements."""

from typing import Protocol

from domain.ids import GenerationId


class JobAnnouncer(Protocol):
    """Announces to workers that a generation is due; the database decides which one a worker then claims.

    So announcements are interchangeable, and one may be lost or come twice.
    """

    async def announce(self, generation_id: GenerationId) -> None:
        """Return once the queue holds the announcement safely; raises `ServiceUnavailable`."""
        ...

    async def waiting(self) -> int:
        """Return how many announcements no worker has taken yet; raises `ServiceUnavailable`."""
        ...

    async def check(self) -> None:
        """Return if the queue answers; raises `ServiceUnavailable`."""
        ...
