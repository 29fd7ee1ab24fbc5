"""How an answer reaches a client that still sends."""

import asyncio
from collections.abc import Callable


class LingeringTransport:
    """A connection as one request sees it: to close it is up to `close`, which may let the client read first.

    The system resets a connection that is closed with bytes of a body unread, and then the client may lose the answer.
    """

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close
