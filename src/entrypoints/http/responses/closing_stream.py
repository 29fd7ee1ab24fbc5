"""Streamed responses."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager

from litestar.background_tasks import BackgroundTask
from litestar.response import Stream


def closing_stream(
    content: AsyncIterator[bytes],
    media_type: str,
    headers: Mapping[str, str],
    status_code: int | None = None,
    first: bytes = b"",
) -> Stream:
    """Return a streamed response that closes its content at the end, also when the client leaves early.

    Litestar stops reading the content when the client leaves, but does not close it: what the content holds would stay
    open until the garbage collector runs. `first` goes before the content: what was taken of it already.
    """
    whole = _joined(first, content)

    async def close() -> None:
        await whole.aclose()
        await _close(content)

    return Stream(
        whole,
        background=BackgroundTask(close),
        media_type=media_type,
        headers=headers,
        status_code=status_code,
    )


@asynccontextmanager
async def closing(chunks: AsyncIterator[bytes]) -> AsyncIterator[AsyncIterator[bytes]]:
    """Close an iterator when the context ends, if it can be closed: it may hold a file or a connection."""
    try:
        yield chunks
    finally:
        await _close(chunks)


async def _close(chunks: AsyncIterator[bytes]) -> None:
    if isinstance(chunks, AsyncGenerator):
        await chunks.aclose()


async def _joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    if first:
        yield first
    async for chunk in rest:
        yield chunk
