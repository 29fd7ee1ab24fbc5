"""Child processes with limits on time and memory, which are killed when work costs too much."""

import asyncio
import logging
import math
import os
import pickle
import socket
import subprocess
import sys
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from adapters.processes import template
from adapters.processes.answers import read_answer
from adapters.processes.apart import LARGEST_FILE, MEMORY_LIMIT, MOST_CPU_SECONDS, Confinement, Work
from application.errors import ServiceUnavailable
from application.ports.processes import CostsTooMuch, ProcessDied

log = logging.getLogger(__name__)

TIME_LIMIT_SECONDS = 10.0
START_SECONDS = 20.0
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "NUMBA_CACHE_DIR")
"""The variables that child processes get: none with a secret."""

# The studio's child processes inherit it. The threads of OpenBLAS wait for each other by spinning: on a machine whose
# cores are all busy, a product of matrices then takes a hundred times as long, and a recording exceeds its time limit.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


class LimitedProcesses:
    """Implements `Processes`: each piece of work has a new process, a copy of one that is kept for the next.

    Callers decide how many run at once. Where the system cannot confine processes, they run without that, and the log
    says so once.
    """

    def __init__(
        self,
        seconds: float = TIME_LIMIT_SECONDS,
        memory: int = MEMORY_LIMIT,
        largest_file: int = LARGEST_FILE,
    ) -> None:
        self._seconds = seconds
        self._memory = memory
        self._largest_file = largest_file
        self._idle = deque[_Template]()
        self._has_told = False
        weakref.finalize(self, _end_all, self._idle)

    async def run(
        self,
        function: Callable[[*Arguments], T],
        *arguments: *Arguments,
        answer: type[T],
        errors: tuple[type[Exception], ...] = (),
        reads: tuple[Path, ...] = (),
        writes: tuple[Path, ...] = (),
    ) -> T:
        """Call a function in a child process, and kill the process when the time is over."""
        work = Work(
            function=function,
            arguments=arguments,
            memory=self._memory,
            reads=reads,
            writes=writes,
            cpu_seconds=max(MOST_CPU_SECONDS, math.ceil(self._seconds)),
            largest_file=self._largest_file,
        )
        process = self._kept() or await self._started()
        try:
            await process.load(work)
            # The time limit starts now, because slow starts and imports are not the work's fault.
            async with asyncio.timeout(self._seconds):
                data = await process.answer()
        except TimeoutError as error:
            await process.end()
            raise CostsTooMuch(f"it takes more than {self._seconds:g} s") from error
        except BaseException:
            await process.end()
            raise
        self._idle.append(process)
        if data is None:
            raise ProcessDied("it ends the process that reads it")
        return read_answer(data, answer, errors)

    def _kept(self) -> "_Template | None":
        while self._idle:
            with suppress(IndexError):  # another thread was faster
                process = self._idle.pop()
                if process.lives:
                    return process
        return None

    async def _started(self) -> "_Template":
        process = _Template()
        try:
            confinement = await process.ready()
        except BaseException:
            await process.end()
            raise
        if not confinement.is_complete and not self._has_told:
            self._has_told = True
            log.warning(
                "recordings are decoded with more rights than needed: this system cannot restrict %s",
                " and ".join(
                    name
                    for name, can in (
                        ("files (Landlock)", confinement.files),
                        ("system calls (seccomp)", confinement.calls),
                    )
                    if not can
                ),
            )
        return process


class _Template:
    """A process from which those that work are made, seen from the service."""

    def __init__(self) -> None:
        self._connection, theirs = socket.socketpair()
        self._connection.setblocking(False)
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-m", template.__name__, str(theirs.fileno())]
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - Python, with a module of our own
                    command,
                    env=environment,
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                )
            except OSError as error:
                self._connection.close()
                raise _not_started(error) from error

    @property
    def lives(self) -> bool:
        """Whether it can do another piece of work."""
        if self._process.poll() is None:
            return True
        self._connection.close()
        return False

    async def ready(self) -> Confinement:
        """Wait until it has started; raises `ServiceUnavailable` if it cannot."""
        try:
            async with asyncio.timeout(START_SECONDS):
                message = await self._receive(1)
        except TimeoutError as error:
            raise _not_started(error) from error
        confinement = template.read_ready_message(message)
        if confinement is None:
            raise _not_started("it ended at once")
        return confinement

    async def load(self, work: Work) -> None:
        """Send work and wait until all that it needs is loaded; raises `ServiceUnavailable` if it cannot be."""
        request = pickle.dumps(work)
        try:
            await asyncio.get_running_loop().sock_sendall(
                self._connection, template.LENGTH.pack(len(request)) + request
            )
            if await self._receive(1) != template.LOADED:
                raise _not_started("it ended while it loaded what the work needs")
        except ConnectionError as error:
            raise _not_started(error) from error

    async def answer(self) -> bytes | None:
        """Return the answer of the work, or None if its process died; raises `ProcessDied` if this one did, too."""
        head = await self._receive(1 + template.LENGTH.size)
        if len(head) <= template.LENGTH.size:
            raise ProcessDied("it ends all processes that have to do with it")
        data = await self._receive(template.LENGTH.unpack(head[1:])[0])
        return data if head[:1] == template.ANSWERED else None

    async def end(self) -> None:
        """End it with the process that works, and wait for that."""
        self._connection.close()
        await asyncio.shield(asyncio.to_thread(self._process.wait))

    def end_now(self) -> None:
        """End it while it has nothing to do."""
        self._connection.close()
        self._process.wait()

    async def _receive(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end."""
        loop, data = asyncio.get_running_loop(), b""
        while len(data) < size:
            try:
                chunk = await loop.sock_recv(self._connection, size - len(data))
            except ConnectionError:
                break
            if not chunk:
                break
            data += chunk
        return data


def _not_started(why: object) -> ServiceUnavailable:
    log.warning("a child process could not start: %r", why)
    return ServiceUnavailable("decoder")


def _end_all(processes: deque[_Template]) -> None:
    for process in processes:
        process.end_now()
