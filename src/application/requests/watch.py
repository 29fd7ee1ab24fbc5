"""Watch a request by reading the database: once a tick for all watchers of a process."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import Context
from dataclasses import dataclass

from application.errors import NotFound, ServiceUnavailable
from application.ports.views import ProgressView, Views
from application.requests.show import ShowRequests
from domain.ids import GenerationId, RequestId, UserId

log = logging.getLogger(__name__)

Snapshot = Mapping[GenerationId, ProgressView]


@dataclass(frozen=True, slots=True)
class Erased:
    """The request is erased: the last that a watcher learns."""

    request_id: RequestId


News = ProgressView | Erased
"""What a watcher learns."""


class ProgressBoard:
    """Shares one query a tick (in seconds) among all watchers; without watchers it reads nothing."""

    def __init__(self, views: Views, tick: float = 1.0) -> None:
        self._views = views
        self._tick = tick
        self._watched: dict[GenerationId, int] = {}
        self._next: asyncio.Task[Snapshot] | None = None

    async def next(self, generation_id: GenerationId) -> ProgressView | None:
        """Return the progress at the next tick; None if the generation was erased."""
        with self._watching(generation_id):
            if self._next is None or self._next.done():
                self._next = asyncio.create_task(self._read(), context=Context())
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
            self._next = None  # a watcher that comes from now on is not in this query: it starts the next one
            try:
                return await self._views.progress(list(self._watched))
            except ServiceUnavailable as unavailable:
                log.warning("progress is read again: %s does not answer", unavailable.service)
            if (successor := self._successor()) is not None:
                return await successor

    def _successor(self) -> asyncio.Task[Snapshot] | None:
        """Return the task that a later watcher has started and that reads for all, so that one task reads a tick.

        Without one this task is the next to read, and None is returned.
        """
        if self._next is None:
            self._next = asyncio.current_task()
            return None
        return self._next


class WatchRequest:
    """Follows the newest generation of a request until it has ended or is erased; raises `NotFound` at the start."""

    def __init__(self, show: ShowRequests, board: ProgressBoard) -> None:
        self._show = show
        self._board = board

    async def __call__(self, user_id: UserId, request_id: RequestId) -> AsyncIterator[News]:
        """Return an iterator that yields the present progress at once, then each change, the end last."""
        return self._follow(user_id, request_id, await self._newest(user_id, request_id))

    async def _follow(
        self, user_id: UserId, request_id: RequestId, view: ProgressView
    ) -> AsyncIterator[News]:
        yield view
        while not view.state.is_final:
            newer = await self._board.next(view.generation_id)
            try:
                # It may have ended and been erased within one tick, because another one was queued.
                newer = newer or await self._newest(user_id, request_id)
            except NotFound:
                yield Erased(request_id)
                return
            except ServiceUnavailable as unavailable:
                log.warning("progress is read again: %s does not answer", unavailable.service)
                continue
            if newer != view:
                view = newer
                yield view

    async def _newest(self, user_id: UserId, request_id: RequestId) -> ProgressView:
        """Return the progress of the newest generation; raises `NotFound` if there is no such request."""
        while True:
            request = await self._show.one(user_id, request_id)
            with suppress(NotFound):  # another one has become the newest meanwhile
                return await self._show.job(user_id, request_id, request.latest_generation_id)
