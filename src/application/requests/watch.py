"""Watch a request: reading the database, once a tick for everybody who watches through this process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

from application.errors import ServiceUnavailable
from application.ports.views import ProgressView, Views
from application.requests.show import ShowRequests
from domain.ids import GenerationId, RequestId, UserId

log = logging.getLogger(__name__)

Snapshot = Mapping[GenerationId, ProgressView]


class ProgressBoard:
    """Shares one query a tick among all watchers; it reads only while somebody watches."""

    def __init__(self, views: Views, tick: float = 1.0) -> None:
        self._views = views
        self._tick = tick
        self._watched: dict[GenerationId, int] = {}
        self._next: asyncio.Task[Snapshot] | None = None

    async def next(self, generation_id: GenerationId) -> ProgressView | None:
        """Return what the next tick reads; None when the generation is gone."""
        with self._watching(generation_id):
            if self._next is None or self._next.done():
                self._next = asyncio.create_task(self._read())
            snapshot = await asyncio.shield(self._next)
        return snapshot.get(generation_id)

    @contextmanager
    def _watching(self, generation_id: GenerationId) -> Iterator[None]:
        self._watched[generation_id] = self._watched.get(generation_id, 0) + 1
        try:
            yield
        finally:
            self._watched[generation_id] -= 1
            if not self._watched[generation_id]:
                del self._watched[generation_id]

    async def _read(self) -> Snapshot:
        while True:
            await asyncio.sleep(self._tick)
            self._next = None  # whoever comes now is not in this question any more, and starts the next one
            try:
                return await self._views.progress(list(self._watched))
            except ServiceUnavailable as unavailable:
                log.warning("%s did not answer a watch; trying again", unavailable.service)
            if (successor := self._successor()) is not None:
                return await successor

    def _successor(self) -> asyncio.Task[Snapshot] | None:
        """Return the task of who came meanwhile and asks for all, so that there is one question a tick."""
        if self._next is None:
            self._next = asyncio.current_task()
            return None
        return self._next


class WatchRequest:
    """Follows the newest generation of a request until its end; raises `NotFound` at the start."""

    def __init__(self, show: ShowRequests, board: ProgressBoard) -> None:
        self._show = show
        self._board = board

    async def __call__(self, user_id: UserId, request_id: RequestId) -> AsyncIterator[ProgressView]:
        """Return an iterator: the present state at once, each change after it, the end last."""
        request = await self._show.one(user_id, request_id)
        now = await self._show.job(user_id, request_id, request.latest_generation_id)
        return self._follow(now)

    async def _follow(self, view: ProgressView) -> AsyncIterator[ProgressView]:
        yield view
        while not view.state.is_final:
            newer = await self._board.next(view.generation_id)
            if newer is None:
                return
            if newer != view:
                view = newer
                yield view
