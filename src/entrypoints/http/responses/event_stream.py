"""Progress as server-sent events (HTML standard, section 9.2)."""

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any

import msgspec
from litestar import Response

from application.ports.views import ProgressView
from application.requests.watch import Erased, News
from entrypoints.http.responses.closing_stream import closing_stream
from entrypoints.http.schemas.progress import ErasedResponse, JobStatusResponse

KEEP_ALIVE_SECONDS = 15.0
KEEP_ALIVE = b": still here\n\n"
RETRY_MILLISECONDS = (500, 3500)
"""A client comes back after a time between these, by chance: those of a stopped process do not come all at once."""

_encoder = msgspec.json.Encoder()

Place = AbstractContextManager[asyncio.Event]
"""Held as long as a stream is open; gives the event that ends it."""
LoggedOut = Callable[[], Coroutine[Any, Any, None]]
"""Waits until the client is not logged in any more."""


async def event_stream(
    news: AsyncIterator[News],
    last_event_id: str | None,
    stopping: asyncio.Event,
    place: Place,
    logged_out: LoggedOut,
) -> Response[Any]:
    """Return a stream with an event for all news; the event that the client saw last is not sent again.

    Where that was the final one there is nothing to stream: the response is 204, and an `EventSource` stays away.
    Once the process is stopping, the place is taken or the client is logged out, the stream ends, and an `EventSource`
    comes back after the time that the last event told it.
    """
    first = await anext(news)
    is_seen = event_id(first) == last_event_id
    if is_seen and isinstance(first, ProgressView) and first.state.is_final:
        return Response(None, status_code=204)
    return closing_stream(
        encoded_events(None if is_seen else first, news, stopping, place, logged_out),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def event_id(news: News) -> str:
    """Return an id that is made of the facts: equal facts have the same id in every process."""
    if isinstance(news, Erased):
        return f"{news.request_id}.erased"
    facts = (news.generation_id, news.attempt, news.state, news.stage, news.percent, news.place)
    return ".".join("" if fact is None else str(fact) for fact in facts)


async def encoded_events(
    first: News | None,
    rest: AsyncIterator[News],
    stopping: asyncio.Event,
    place: Place,
    logged_out: LoggedOut,
) -> AsyncGenerator[bytes, None]:
    """Yield an event for all news, and a comment after `KEEP_ALIVE_SECONDS` without one.

    It waits in tasks of its own, so the caller has to close it.
    """
    with place as taken:
        if first is not None:
            yield _encode(first)
        coming = asyncio.ensure_future(anext(rest, None))
        ends = {asyncio.ensure_future(end) for end in (stopping.wait(), taken.wait(), logged_out())}
        try:
            while True:
                done, _ = await asyncio.wait(
                    {coming, *ends}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if done & ends:
                    return
                if not done:
                    yield KEEP_ALIVE
                    continue
                if (news := coming.result()) is None:
                    return
                yield _encode(news)
                coming = asyncio.ensure_future(anext(rest, None))
        finally:
            for waiting in (coming, *ends):
                waiting.cancel()


def _encode(news: News) -> bytes:
    name, body = (
        (b"erased", ErasedResponse.of(news))
        if isinstance(news, Erased)
        else (b"progress", JobStatusResponse.of(news))
    )
    retry = random.randint(*RETRY_MILLISECONDS)  # noqa: S311  # nothing secret
    form = b"event: %b\nid: %b\nretry: %d\ndata: %b\n\n"
    return form % (name, event_id(news).encode(), retry, _encoder.encode(body))
