"""A line between a page and the service: it can lose answers to calls that have had their effect, or end elsewhere."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from e2e.service import Service

PIECE = 65_536


@dataclass
class Relay:
    """Passes connections on to a service."""

    target: int
    """The port to which further connections are passed on."""
    port: int = 0
    loses_answers_to: bytes = b""
    """How the requests begin whose answers are lost, with their connections; empty for none."""
    lost: int = 0

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.port}/"

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on what a client and the service tell each other, until one of them ends."""
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        asked = bytearray()
        with suppress(ConnectionError):
            tasks = [
                asyncio.create_task(self.ask(reader, back, asked)),
                asyncio.create_task(self.answer(there, writer, asked)),
            ]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for end in (back, writer):
            end.close()

    async def ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytearray) -> None:
        """Pass on requests."""
        while piece := await reader.read(PIECE):
            asked += piece
            writer.write(piece)
            await writer.drain()

    async def answer(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytearray
    ) -> None:
        """Pass on answers, or lose one."""
        while piece := await reader.read(PIECE):
            if self.loses_answers_to and self.loses_answers_to in asked:
                self.lost += 1
                return
            asked.clear()
            writer.write(piece)
            await writer.drain()


@asynccontextmanager
async def relay(service: Service) -> AsyncIterator[Relay]:
    """Give a line to a service."""
    line = Relay(service.port)
    server = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    async with server:
        yield line
