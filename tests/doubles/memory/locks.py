"""Locks."""

import asyncio
from collections.abc import Hashable, Iterable

from application.errors import ServiceUnavailable


class Locks:
    """The locks that are held now; a key that is not locked takes no memory."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._held: dict[Hashable, asyncio.Event] = {}

    def take_if_free(self, key: Hashable) -> bool:
        """Take a lock and return True, or return False at once if it is held."""
        if key in self._held:
            return False
        self._held[key] = asyncio.Event()
        return True

    async def take(self, key: Hashable) -> None:
        """Wait for a lock and take it; raises `ServiceUnavailable` after `patience` seconds, as in a deadlock."""
        try:
            async with asyncio.timeout(self._patience):
                while not self.take_if_free(key):
                    await self._held[key].wait()
        except TimeoutError as late:
            raise ServiceUnavailable("database") from late

    def release(self, keys: Iterable[Hashable]) -> None:
        """Release locks and wake the tasks that wait for them."""
        for key in keys:
            self._held.pop(key).set()
