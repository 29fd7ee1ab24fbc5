"""An announcer behind the port that notes what it is told, and can be taken away."""

from application.errors import ServiceUnavailable
from domain.ids import GenerationId


class NotingAnnouncer:
    """Implements `JobAnnouncer`."""

    def __init__(self) -> None:
        self.announced: list[GenerationId] = []
        self.away = False
        self.loses: set[GenerationId] = set()
        """Calls that it does not get out."""

    async def announce(self, generation_id: GenerationId) -> None:
        """Note the call, or be away."""
        await self.check()
        if generation_id in self.loses:
            raise ServiceUnavailable("queue")
        self.announced.append(generation_id)

    async def check(self) -> None:
        """Answer, or be away."""
        if self.away:
            raise ServiceUnavailable("queue")
