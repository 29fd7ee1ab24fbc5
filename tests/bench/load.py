"""Load from processes of their own: an asyncio client that sends bytes made beforehand and reads little of the answer.

On uvloop it makes some 20,000 requests a second on one core, several times what any handler here can answer.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Self, cast

import uvloop

CONNECTIONS = 16
END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send: these heads in turn, each followed by the body."""

    port: int
    heads: list[str]
    body: str = ""
    """A file's path; empty for no body."""
    seconds: float
    connections: int = CONNECTIONS
    once: bool = False
    """Whether to end when every head was sent."""

    def start(self) -> "Running":
        """Start sending."""
        command = [sys.executable, "-m", "bench.load"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(self)))
        process.stdin.close()
        return Running(process)

    def run(self) -> "Outcome":
        """Send for as long as it is meant to last."""
        return self.start().wait()


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    """Seconds."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 answers came."""
        return statistics.quantiles(self.latencies, n=100)[-1]

    def only(self, status: int) -> Self:
        """Return itself; AssertionError for any other answer, for errors are fast."""
        assert self.statuses.keys() == {str(status)}, self.statuses
        return self


@dataclass(slots=True)
class Running:
    """A client at work."""

    process: subprocess.Popen[str]

    def wait(self) -> Outcome:
        """Return what came of it."""
        assert self.process.stdout is not None
        answer = self.process.stdout.read()
        assert self.process.wait() == 0
        return Outcome(**json.loads(answer))


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as the answer to the last one has come."""

    def __init__(self, sender: "_Sender") -> None:
        self._sender = sender
        self._answer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(
            "asyncio.WriteTransport", transport
        )  # uvloop's own is of no class of asyncio's
        self._send()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        end = self._answer.find(END_OF_HEAD)
        if end < 0:
            return
        head = self._answer[:end].lower()
        length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        if len(self._answer) < end + len(END_OF_HEAD) + length:
            return
        self._sender.note(head[9:12].decode(), time.perf_counter() - self._sent_at)
        self._answer = b""
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
    """All connections of one load."""

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

    def note(self, status: str, seconds: float) -> None:
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
