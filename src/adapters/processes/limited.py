"""Child processes with limits on time and memory, which are killed when work costs too much."""

import asyncio
import logging
import math
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import anyio
import anyio.to_process

from application.errors import ServiceUnavailable
from application.ports.processes import CostsTooMuch, ProcessDied

log = logging.getLogger(__name__)

TIME_LIMIT_SECONDS = 10.0
MEMORY_LIMIT = 512 * 1024 * 1024
"""Bytes that the work may allocate beyond what the child process already holds."""

# Child processes inherit it. The threads of OpenBLAS wait for each other by spinning: on a machine whose cores are all
# busy, a product of matrices then takes a hundred times as long, and a recording exceeds its time limit.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


class LimitedProcesses:
    """Implements `Processes`; a process is kept and used again. Callers decide how many run at once."""

    def __init__(self, seconds: float = TIME_LIMIT_SECONDS, memory: int = MEMORY_LIMIT) -> None:
        self._seconds = seconds
        self._memory = memory
        self._unlimited = anyio.CapacityLimiter(
            math.inf
        )  # anyio's own limiter counts the studio's processes, too

    async def run(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
        """Call a function in a child process, and kill the process when the time is over."""
        try:
            # The time limit starts after the child process has started, because a slow start is not the work's fault.
            # The start is shielded because anyio loses a child whose start is cancelled.
            await asyncio.shield(anyio.to_process.run_sync(os.getpid, limiter=self._unlimited))
            with anyio.fail_after(self._seconds):
                return await anyio.to_process.run_sync(
                    _within_memory,
                    self._memory,
                    function,
                    arguments,
                    cancellable=True,
                    limiter=self._unlimited,
                )
        except TimeoutError as error:
            raise CostsTooMuch(f"it takes more than {self._seconds:g} s") from error
        except (anyio.BrokenWorkerProcess, ProcessLookupError) as error:
            # A child that could not start is not the work's fault. anyio then gives a reason in `args`, or raises
            # ProcessLookupError. A child that died in the middle of the work leaves `args` empty.
            if error.args or isinstance(error, ProcessLookupError):
                log.warning("a child process could not start: %r", error)
                raise ServiceUnavailable("decoder") from error
            raise ProcessDied("it ends the process that reads it") from error


def _within_memory(memory: int, function: Callable[[*Arguments], T], arguments: tuple[*Arguments]) -> T:
    try:
        with limited_memory(memory):
            return function(*arguments)
    except MemoryError as error:
        raise CostsTooMuch(f"it takes more than {memory} bytes of memory") from error


@contextmanager
def limited_memory(limit: int) -> Iterator[None]:
    """Limit the address space of this process until the context ends, so that a hostile file cannot fill the memory."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
