"""Load: calls of the API that are sent by another process, `bench.sender`, as fast as it can."""

import json
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

CONNECTIONS = 16
TESTS = Path(__file__).parents[1]
"""Where Python finds the module of the process that sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What to send: the heads in turn, each followed by the body."""

    port: int
    heads: list[str]
    body: str = ""
    """The path of a file; empty for no body."""
    seconds: float
    connections: int = CONNECTIONS
    once: bool = False
    """Whether to end when every head was sent once."""

    def start(self) -> "Running":
        """Start the process that sends."""
        command = [sys.executable, "-m", "bench.sender"]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=TESTS
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(asdict(self)))
        process.stdin.close()
        return Running(process)

    def run(self) -> "Outcome":
        """Send, and return the outcome at the end."""
        return self.start().wait()


@dataclass(slots=True)
class Outcome:
    """The responses to a load."""

    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    """In seconds."""

    @property
    def rate(self) -> float:
        """Responses a second."""
        return len(self.latencies) / self.seconds

    @property
    def p99(self) -> float:
        """Seconds within which 99 of 100 responses came."""
        return statistics.quantiles(self.latencies, n=100)[-1]

    def only(self, status: int) -> Self:
        """Return itself; AssertionError for any other status, because errors are answered faster."""
        assert self.statuses.keys() == {str(status)}, self.statuses
        return self


@dataclass(slots=True)
class Running:
    """A process that sends a load."""

    process: subprocess.Popen[str]

    def wait(self) -> Outcome:
        """Wait until the process has ended, and return the outcome."""
        assert self.process.stdout is not None
        output = self.process.stdout.read()
        assert self.process.wait() == 0
        return Outcome(**json.loads(output))
