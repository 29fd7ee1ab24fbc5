"""Fair turns at a resource that few can use at once."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.ids import UserId


class FairTurns:
    """Lets `at_once` uses run; the next one is of the user with the fewest that run, then of the one who waits longest.

    A user waits since the later of two moments: when the first of the uses that wait came, and when one last ended.
    """

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._running: Counter[UserId] = Counter()
        self._waiting: dict[UserId, deque[asyncio.Future[None]]] = {}
        """Who waits; the user who waits longest comes first."""

    @asynccontextmanager
    async def turn(self, user_id: UserId) -> AsyncIterator[None]:
        """Wait for a turn of this user, and have it until the context ends."""
        await self._begin(user_id)
        try:
            yield
        finally:
            self._end(user_id)

    async def _begin(self, user_id: UserId) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(user_id, deque()).append(turn)
        self._give_turns()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._stop_waiting(user_id, turn)
            else:  # it got its turn in the moment in which it was cancelled
                self._end(user_id)
            raise

    def _end(self, user_id: UserId) -> None:
        self._free += 1
        self._running[user_id] -= 1
        if not self._running[user_id]:
            del self._running[user_id]
        if user_id in self._waiting:
            self._waiting[user_id] = self._waiting.pop(user_id)
        self._give_turns()

    def _give_turns(self) -> None:
        while self._free and self._waiting:
            user_id = min(self._waiting, key=lambda one: self._running[one])
            turn = self._waiting[user_id][0]
            self._stop_waiting(user_id, turn)
            if not turn.cancelled():
                self._free -= 1
                self._running[user_id] += 1
                turn.set_result(None)

    def _stop_waiting(self, user_id: UserId, turn: asyncio.Future[None]) -> None:
        waiting = self._waiting.get(user_id, deque())
        if turn in waiting:
            waiting.remove(turn)
            if not waiting:
                del self._waiting[user_id]
