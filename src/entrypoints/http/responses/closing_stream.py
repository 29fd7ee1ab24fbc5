"""Streamed responses."""

from collections.abc import AsyncGenerator, Mapping

from litestar.background_tasks import BackgroundTask
from litestar.response import Stream


def closing_stream(
    content: AsyncGenerator[bytes, None],
    media_type: str,
    headers: Mapping[str, str],
    status_code: int | None = None,
) -> Stream:
    """Return a streamed response that closes its content at the end, also when the client leaves early.

    Litestar stops reading the content when the client leaves, but does not close it: what the content holds would stay
    open until the garbage collector runs.
    """

    async def close() -> None:
        await content.aclose()

    return Stream(
        content,
        background=BackgroundTask(close),
        media_type=media_type,
        headers=headers,
        status_code=status_code,
    )
