"""Progress as server-sent events (HTML standard, section 9.2)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import msgspec

from application.ports.views import ProgressView
from entrypoints.http.schemas.progress import JobStatusResponse

KEEP_ALIVE_SECONDS = 15.0
KEEP_ALIVE = b": still here\n\n"

_encoder = msgspec.json.Encoder()


def event_id(view: ProgressView) -> str:
    """Return an id made of the facts: the same facts have the same id, whichever process tells them."""
    facts = (view.generation_id, view.attempt, view.state, view.stage, view.percent, view.place)
    return ".".join("" if fact is None else str(fact) for fact in facts)


def encode(view: ProgressView) -> bytes:
    """Return one event."""
    data = _encoder.encode(JobStatusResponse.of(view))
    return b"event: progress\nid: %b\ndata: %b\n\n" % (event_id(view).encode(), data)


async def events(
    first: ProgressView | None, rest: AsyncIterator[ProgressView]
) -> AsyncGenerator[bytes, None]:
    """Yield an event for each view, and a comment whenever nothing has happened for a while.

    To be closed by whoever stops listening, for it waits in a task of its own.
    """
    if first is not None:
        yield encode(first)
    coming = asyncio.ensure_future(anext(rest, None))
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=KEEP_ALIVE_SECONDS)
            if not done:
                yield KEEP_ALIVE
                continue
            if (view := coming.result()) is None:
                return
            yield encode(view)
            coming = asyncio.ensure_future(anext(rest, None))
    finally:
        coming.cancel()
