"""A model server that answers as a test wants, over real HTTP on the loopback interface."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Page:
    """The response at a path: a status, a body, and further headers."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    stated_length: int | None = None
    """The length that the header gives, where it differs from the body's; the connection then closes early."""
    stalls: bool = False
    """Whether the body is never sent."""
    is_endless: bool = False
    """Whether the body is sent again and again, without a length, until the client closes the connection."""


@dataclass
class ModelServerDouble:
    """Answers from `pages` and records the requests."""

    address: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    orders: list[Any] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    is_waited_for: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client waits for a page that stalls."""
    is_disconnected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a client has closed the connection to a page that stalls."""

    def answer_with(self, answer: object, status: int = 200) -> None:
        """Give this answer to the next orders: bytes as they are, anything else as JSON."""
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.pages["/makevideo"] = Page(body, status)

    def url(self, path: str) -> str:
        return self.address + path

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, then close."""
        try:
            method, path, headers = await _read_head(reader)
            self.requests.append(f"{method} {path}")
            if method == "POST":
                self.orders.append(json.loads(await reader.readexactly(int(headers["content-length"]))))
            page = self.pages.get(path, Page(status=404))
            writer.write(_head(page))
            if page.stalls:
                self.is_waited_for.set()
                await reader.read()
                self.is_disconnected.set()
            writer.write(page.body)
            await writer.drain()
            while page.is_endless:
                writer.write(page.body)
                await writer.drain()
        except ConnectionError:
            self.is_disconnected.set()
        finally:
            writer.close()


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    method, path, _ = first.split()
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return method, path, headers


def _head(page: Page) -> bytes:
    length = len(page.body) if page.stated_length is None else page.stated_length
    sized = {} if page.is_endless else {"Content-Length": str(length)}
    headers = {**sized, "Connection": "close", **page.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {page.status} Status\r\n{lines}\r\n".encode()


@asynccontextmanager
async def running(host: str = "127.0.0.1") -> AsyncIterator[ModelServerDouble]:
    """Run a model server on a free port."""
    double = ModelServerDouble()
    server = await asyncio.start_server(double.serve, host, 0)
    port = server.sockets[0].getsockname()[1]
    double.address = f"http://{host}:{port}"
    try:
        yield double
    finally:
        server.close()


Change = Callable[[ModelServerDouble], None]
"""Breaks something in a working server."""
