"""A proxy whose answers come late: what happens while an answer is on its way can be tested."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHUNK = 65536


@dataclass
class SlowAnswers:
    """Passes on all that clients and the service send; answers to calls that hold `slow` come `seconds` late."""

    upstream: int
    slow: bytes
    seconds: float
    port: int = 0
    calls: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection. The service gets each call at once."""
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        is_slow = asyncio.Event()

        async def send() -> None:
            while sent := await reader.read(CHUNK):
                self.calls += self.slow in sent
                (is_slow.set if self.slow in sent else is_slow.clear)()
                upstream_writer.write(sent)
            upstream_writer.close()

        async def answer() -> None:
            while answered := await upstream_reader.read(CHUNK):
                if is_slow.is_set():
                    await asyncio.sleep(self.seconds)
                writer.write(answered)
            writer.close()

        await asyncio.gather(send(), answer(), return_exceptions=True)


@asynccontextmanager
async def slow_answers(upstream: int, slow: bytes, seconds: float) -> AsyncIterator[SlowAnswers]:
    """Run such a proxy in front of a port of this machine."""
    proxy = SlowAnswers(upstream, slow, seconds)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
