"""What all measurements use: the servers, the event loop, and a way to start a server."""

import asyncio
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvloop

from e2e.cluster import Cluster
from e2e.service import START_SECONDS, TIMEOUT
from real_servers.ports import free_port

WARM_UP_SECONDS = 1.0

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Rig:
    """The servers, and how long to measure."""

    cluster: Cluster
    seconds: float
    rounds: int

    def in_turns(self, figure: Callable[[], float], floor: Callable[[], float]) -> tuple[float, float]:
        """Measure figure, floor, figure, floor … and return both medians."""
        pairs = [(figure(), floor()) for _ in range(self.rounds)]
        return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def run_on_uvloop(work: Coroutine[Any, Any, Thing]) -> Thing:
    """Run a coroutine on the event loop that API and workers use."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def head(method: str, path: str, **fields: object) -> str:
    """Return the head of an HTTP request; a field has underscores in place of hyphens."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""])


@contextmanager
def serving(command: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
    """Run a server whose last argument is its port, and give the port."""
    port = free_port()
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*command, str(port)], env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        wait_until_answering(port, process, log)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_until_answering(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; AssertionError when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=TIMEOUT)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the server does not answer: {log.read_text()}")
