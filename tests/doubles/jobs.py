"""An announcer that records its announcements and can be away."""

from application.errors import ServiceUnavailable
from domain.ids import GenerationId


class MemoryAnnouncer:
    """Implements `JobAnnouncer` with a list."""

    def __init__(self) -> None:
        self.announced: list[GenerationId] = []
        self.away = False
        self.loses: set[GenerationId] = set()
        """Generations whose announcement fails."""

    async def announce(self, generation_id: GenerationId) -> None:
        """Record the announcement; raises `ServiceUnavailable` while it is away."""
        await self.check()
        if generation_id in self.loses:
            raise ServiceUnavailable("queue")
        self.announced.append(generation_id)

    async def waiting(self) -> int:
        """Return how many were announced; a test that acts as a worker removes them."""
        await self.check()
        return len(self.announced)

    async def check(self) -> None:
        """Return; raises `ServiceUnavailable` while it is away."""
        if self.away:
            raise ServiceUnavailable("queue")
