"""Sends a load: an asyncio client that sends prepared bytes and reads little of each response.

On uvloop it sends about 20,000 requests a second on one core, several times what any handler here can answer.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from itertools import cycle
from pathlib import Path
from typing import cast

import uvloop

from bench.load import Load, Outcome

END_OF_HEAD = b"\r\n\r\n"


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the response to the last one has arrived."""

    def __init__(self, sender: "_Sender") -> None:
        self._sender = sender
        self._response = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The transport of uvloop is not an instance of a class of asyncio.
        self._transport = cast("asyncio.WriteTransport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._response += data
        end = self._response.find(END_OF_HEAD)
        if end < 0:
            return
        head = self._response[:end].lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(self._response) < end + len(END_OF_HEAD) + length:
            return
        self._sender.record(head[9:12].decode(), time.perf_counter() - self._sent_at)
        self._response = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self._sender.lost(error)

    def _send(self) -> None:
        request = self._sender.next_request()
        if request is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.writelines(request)


class _Sender:
    """Sends one load over all its connections."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._body = Path(load.body).read_bytes() if load.body else b""
        heads = [head.encode() for head in load.heads]
        self._heads = iter(heads) if load.once else cycle(heads)
        self._open = load.connections
        self._over = asyncio.Event()
        self._statuses: Counter[str] = Counter()
        self._latencies: list[float] = []
        self._error: Exception | None = None

    async def send(self) -> Outcome:
        loop = asyncio.get_running_loop()
        started = time.perf_counter()
        self._ends_at = started + self._load.seconds
        for _ in range(self._load.connections):
            await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._load.port)
        await self._over.wait()
        if self._error is not None:
            raise self._error
        return Outcome(time.perf_counter() - started, dict(self._statuses), self._latencies)

    def next_request(self) -> tuple[bytes, bytes] | None:
        head = None if time.perf_counter() > self._ends_at else next(self._heads, None)
        return None if head is None else (head, self._body)

    def record(self, status: str, seconds: float) -> None:
        self._statuses[status] += 1
        self._latencies.append(seconds)

    def lost(self, error: Exception | None) -> None:
        self._error = self._error or error
        self._open -= 1
        if not self._open:
            self._over.set()


def main() -> None:
    """Read a load from standard input, send it, and write the outcome to standard output."""
    load = Load(**json.load(sys.stdin))

    async def send() -> Outcome:
        return await _Sender(load).send()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(asdict(runner.run(send())), sys.stdout)


if __name__ == "__main__":
    main()
