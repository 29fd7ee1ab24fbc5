"""One piece of work in a process of its own, which is made for it and has hardly any rights."""

import ctypes
import os
import resource
import select
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from adapters.processes.answers import answer_of, read_answer
from adapters.processes.confinement import restrict_calls, restrict_files
from application.ports.processes import ProcessDied

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")

MEMORY_LIMIT = 512 * 1024 * 1024
"""Bytes that work may allocate beyond what the process already holds."""
MOST_CPU_SECONDS = 60
"""However long the caller waits."""
LARGEST_FILE = 32 * 1024 * 1024
"""Bytes; a minute of sound takes a third of it."""
LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes; a minute of samples takes half of it."""
_CHUNK = 65_536
_END_WITH_PARENT = 1  # of prctl(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What the system lets processes of ours give up."""

    files: bool
    calls: bool

    @property
    def is_complete(self) -> bool:
        """Whether the process of a piece of work reaches nothing but its own files."""
        return self.files and self.calls


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A call of a function, and what it may take."""

    function: Callable[..., object]
    arguments: tuple[object, ...]
    memory: int
    """Bytes that it may allocate beyond what the process already holds."""
    reads: tuple[Path, ...]
    writes: tuple[Path, ...]
    cpu_seconds: int = MOST_CPU_SECONDS
    largest_file: int = LARGEST_FILE
    """Bytes."""


@cache
def possible_confinement() -> Confinement:
    """Try what the system lets processes give up, in processes that do nothing else."""
    return Confinement(files=_succeeds(lambda: restrict_files((), ())), calls=_succeeds(restrict_calls))


def call_apart(
    function: Callable[[*Arguments], T],
    *arguments: *Arguments,
    answer: type[T],
    errors: tuple[type[Exception], ...] = (),
    reads: tuple[Path, ...] = (),
    memory: int = MEMORY_LIMIT,
) -> T:
    """Call a function as `Processes.run` does, but from a process that itself does nothing else meanwhile.

    This process must have no threads, since its copy has none of them: with OPENBLAS_NUM_THREADS=1 numpy has none.
    There is no time limit, but for one on the CPU's time. Raises `CostsTooMuch`, `ProcessDied`, and those of `errors`.
    """
    work = Work(function=function, arguments=arguments, memory=memory, reads=reads, writes=())
    data = done_apart(work, possible_confinement())
    if data is None:
        raise ProcessDied("it ends the process that reads it")
    return read_answer(data, answer, errors)


def done_apart(work: Work, confinement: Confinement, stop: int | None = None) -> bytes | None:
    """Return the answer of the work; None if its process ended without one, or gave more than any answer has.

    When something can be read from the descriptor `stop`, or it is closed at its other end, the process is killed and
    this raises `InterruptedError`.
    """
    ours, theirs = os.pipe()
    parent = os.getpid()
    process = os.fork()
    if process == 0:
        os.close(ours)
        if stop is not None:
            os.close(stop)
        _work_and_end(work, confinement, theirs, parent)
    os.close(theirs)
    try:
        return _read(ours, stop)
    finally:
        os.close(ours)
        os.kill(process, signal.SIGKILL)  # it has ended, but for one that was taken over
        os.waitpid(process, 0)


def limit_memory(size: int) -> None:
    """Limit what this process may allocate beyond what it holds, so that a hostile file cannot fill the memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + size,) * 2)


def _work_and_end(work: Work, confinement: Confinement, answers: int, parent: int) -> None:
    """Do the work and leave the process, whatever happens."""
    try:
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            return
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):  # of what went wrong only the answer tells; FFmpeg writes to the last one
            os.dup2(nothing, stream)
        limit_memory(work.memory)
        resource.setrlimit(resource.RLIMIT_FSIZE, (work.largest_file, work.largest_file))
        resource.setrlimit(resource.RLIMIT_CPU, (work.cpu_seconds, work.cpu_seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if confinement.files:
            restrict_files(work.reads, work.writes)
        if confinement.calls:
            restrict_calls()
        _write(answers, answer_of(work.function, work.arguments))
    finally:
        os._exit(0)


def _read(answers: int, stop: int | None) -> bytes | None:
    """Return what comes until the end; None if that is nothing or too much."""
    chunks: list[bytes] = []
    size = 0
    while size <= LARGEST_ANSWER:
        readable, _, _ = select.select([answers] if stop is None else [answers, stop], [], [])
        if stop in readable:
            raise InterruptedError
        chunk = os.read(answers, _CHUNK)
        if not chunk:
            return b"".join(chunks) or None
        chunks.append(chunk)
        size += len(chunk)
    return None


def _write(answers: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(answers, rest) :]


def _succeeds(restrict: Callable[[], None]) -> bool:
    process = os.fork()
    if process == 0:
        try:
            restrict()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(process, 0)[1] == 0
