"""Locks on named things."""

import asyncio
from collections.abc import Hashable, Iterable

from application.errors import ServiceUnavailable


class Locks:
    """What is locked at the moment; a thing that nobody holds takes no room."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._held: dict[Hashable, asyncio.Event] = {}

    def take_if_free(self, thing: Hashable) -> bool:
        """Take a lock unless somebody holds it; never waits."""
        if thing in self._held:
            return False
        self._held[thing] = asyncio.Event()
        return True

    async def take(self, thing: Hashable) -> None:
        """Wait for a lock and take it; raises `ServiceUnavailable` when patience is at its end, as in a deadlock."""
        try:
            async with asyncio.timeout(self._patience):
                while not self.take_if_free(thing):
                    await self._held[thing].wait()
        except TimeoutError as late:
            raise ServiceUnavailable("database") from late

    def release(self, things: Iterable[Hashable]) -> None:
        """Give locks back and wake up who waits for them."""
        for thing in things:
            self._held.pop(thing).set()
