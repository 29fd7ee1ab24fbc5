"""A model server that says and does whatever a test wants, over real HTTP on the loopback interface."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Page:
    """What lies at a path: a status, a body, and headers beside its length."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None
    """The length that is announced, where it differs from the body's; the connection then closes early."""
    hangs: bool = False
    """Whether the body never comes."""
    grows: bool = False
    """Whether the body is sent again and again, with no length announced, until the client has enough."""


@dataclass
class ModelServerDouble:
    """Answers from `pages`, and remembers what it was asked."""

    address: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    questions: list[Any] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a client waits for a page that hangs."""
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a client has gone from a page that hangs."""

    def says(self, answer: object, status: int = 200) -> None:
        """Answer the next questions so: bytes as they are, anything else as JSON."""
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.pages["/makevideo"] = Page(body, status)

    def url(self, path: str) -> str:
        return self.address + path

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, then close."""
        try:
            method, path, headers = await _read_head(reader)
            self.fetched.append(f"{method} {path}")
            if method == "POST":
                self.questions.append(json.loads(await reader.readexactly(int(headers["content-length"]))))
            page = self.pages.get(path, Page(status=404))
            writer.write(_head(page))
            if page.hangs:
                self.asked.set()
                await reader.read()
                self.left.set()
            writer.write(page.body)
            await writer.drain()
            while page.grows:
                writer.write(page.body)
                await writer.drain()
        except ConnectionError:
            self.left.set()
        finally:
            writer.close()


async def _read_head(reader: asyncio.StreamReader) -> tuple[str, str, dict[str, str]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    method, path, _ = first.split()
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return method, path, headers


def _head(page: Page) -> bytes:
    length = len(page.body) if page.promised is None else page.promised
    sized = {} if page.grows else {"Content-Length": str(length)}
    headers = {**sized, "Connection": "close", **page.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {page.status} Whatever\r\n{lines}\r\n".encode()


@asynccontextmanager
async def running(host: str = "127.0.0.1") -> AsyncIterator[ModelServerDouble]:
    """Run one on a free port."""
    double = ModelServerDouble()
    server = await asyncio.start_server(double.serve, host, 0)
    port = server.sockets[0].getsockname()[1]
    double.address = f"http://{host}:{port}"
    try:
        yield double
    finally:
        server.close()


Change = Callable[[ModelServerDouble], None]
"""What a test does to a server that works."""
