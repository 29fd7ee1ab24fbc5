"""A request body, chunk by chunk."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request

from entrypoints.http.request_errors import BodyCutOff, TooLarge

MOST_DIGITS = 20
"""Of a `Content-Length`: Python refuses to read a number of some thousand digits."""


async def body_chunks(request: Request[Any, Any, Any], limit: int) -> AsyncIterator[bytes]:
    """Yield the body as it arrives; raises `TooLarge` beyond `limit` bytes, `BodyCutOff` when the client leaves.

    A body whose `Content-Length` is beyond the limit is refused before it is read.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > MOST_DIGITS or int(announced) > limit):
        raise TooLarge
    received, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise BodyCutOff
        received += len(message["body"])
        if received > limit:
            raise TooLarge
        if message["body"]:
            yield message["body"]
        more = message.get("more_body", False)
