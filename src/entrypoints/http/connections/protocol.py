"""One connection: uvicorn's protocol with limits."""

import asyncio
from typing import Any, cast

import httptools

from entrypoints.http.connections.ending import EndingProtocol
from entrypoints.http.connections.lingering import LingeringTransport
from entrypoints.http.connections.registry import Connections
from entrypoints.http.request_errors import (
    BadRequest,
    HeadTooLarge,
    RequestRefused,
    TooManyConnections,
)

MOST_PIPELINED = 50
"""Requests that may wait behind an unfinished one: each takes some kilobytes."""
VERSIONS = ("1.0", "1.1")
"""The parser takes 0.9 and 2.0, too, which are other protocols."""
BODY_FIELDS = (b"content-length", b"transfer-encoding")


class Connection(EndingProtocol):
    """Bounds what a client may send, how long it may take, and how long it may leave an answer unread.

    What goes beyond a limit is refused as `EndingProtocol` does.
    """

    def __init__(self, *args: Any, connections: Connections, **kwargs: Any) -> None:
        super().__init__(*args, connections=connections, **kwargs)
        self._most_bytes = self._limits.head_kilobytes * 1024
        self._fields = 0
        self._progressed = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        """Count the connection, or refuse it where there is no room."""
        super().connection_made(transport)
        if not self._all.admit(self):
            self._refuse(TooManyConnections())

    def data_received(self, data: bytes) -> None:
        """Parse what came, in pieces: a head that begins behind another request in a piece may have twice the limit."""
        self._unset_keepalive_if_required()
        rest = memoryview(data)
        while rest and not self._is_leaving:
            piece = rest[: self._most_bytes - self._unfinished] if self._most_bytes else rest
            self._progressed = False
            try:
                self.parser.feed_data(piece)
            except httptools.HttpParserUpgrade as upgrade:  # a wish that HTTP allows to ignore
                piece = piece[: upgrade.args[0]]
            except httptools.HttpParserError as error:
                self._refuse(
                    error.__context__ if isinstance(error.__context__, RequestRefused) else BadRequest()
                )
                return
            self._unfinished = 0 if self._progressed else self._unfinished + len(piece)
            if self._unfinished >= self._most_bytes > 0:
                self._refuse(HeadTooLarge())
            rest = rest[len(piece) :]
        if self._unfinished:
            self._times.begin_head(self.loop.time())

    def on_message_begin(self) -> None:
        """Begin a head."""
        self._fields = 0
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field of a head; those behind a body are counted and not used. Raises `HeadTooLarge`."""
        self._fields += 1
        if self._fields > self._limits.fields > 0:
            raise HeadTooLarge
        if not self._times.is_in_body:
            super().on_header(name, value.rstrip(b" \t"))  # the parser leaves the white space behind a value

    def on_headers_complete(self) -> None:
        """Begin to work on a request; raises `BadRequest` for one of too many, and for one whose end is not clear."""
        self._progressed = True
        if self.parser.get_http_version() not in VERSIONS:
            raise BadRequest("Send the request as HTTP/1.1.")
        if len(self.pipeline) >= MOST_PIPELINED:
            raise BadRequest("Too many requests wait for their answers on this connection.")
        if self.parser.should_upgrade() and any(name in BODY_FIELDS for name, _ in self.headers):
            raise BadRequest(
                "A request with a body cannot ask for another protocol."
            )  # the parser skips the body
        if any(name == b"transfer-encoding" and value.lower() != b"chunked" for name, value in self.headers):
            raise BadRequest("Send the body as it is, or in chunks (Transfer-Encoding: chunked).")
        super().on_headers_complete()
        self.cycle.transport = cast("Any", LingeringTransport(self.transport, self._close_after_answer))
        self.cycle.keep_alive &= not self._all.are_draining
        self._times.begin_body(self.loop.time())
        self._all.works(self)

    def on_body(self, body: bytes) -> None:
        """Take a part of a body; it gives the client more time for the rest, unless the answer is there already."""
        self._progressed = True
        if not self.cycle.response_complete:
            self._times.take_body(len(body))
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._progressed = True
        self._times.end_body()
        super().on_message_complete()
