"""Answers that are streamed."""

from collections.abc import AsyncGenerator, Mapping

from litestar.background_tasks import BackgroundTask
from litestar.response import Stream


def streamed(
    content: AsyncGenerator[bytes, None],
    media_type: str,
    headers: Mapping[str, str],
    status_code: int | None = None,
) -> Stream:
    """Return a streamed answer; its source is closed at the end, and at once when the client leaves in the middle.

    The framework stops asking a source whose client has left, but leaves its end to the garbage collector.
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
