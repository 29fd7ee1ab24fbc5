"""A process that decodes a stranger's file reaches that file, and nothing else of the machine or the network."""

import ctypes
import os
import platform
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.processes.apart import possible_confinement
from adapters.processes.limited import LimitedProcesses

CONFINED = possible_confinement()
needs_files = pytest.mark.skipif(not CONFINED.files, reason="this system has no Landlock")
needs_calls = pytest.mark.skipif(not CONFINED.calls, reason="this system has no seccomp")


def refusal_of(action: Callable[..., object], *arguments: object) -> str:
    """Return the name of the error with which the system refuses an action, or what it said in place of that."""
    try:
        done = action(*arguments)
    except OSError as error:
        return type(error).__name__
    except RuntimeError as error:  # of threads
        return str(error)
    return f"done: {done!r}"


def read(path: Path) -> str:
    return path.read_text()


def write(path: Path) -> int:
    return path.write_text("taken over")


def copy(source: Path, target: Path) -> int:
    return target.write_text(source.read_text().upper())


def connects(family: int, kind: int) -> str:
    return refusal_of(socket.socket, family, kind)


def starts_a_thread() -> None:
    threading.Thread(target=print).start()


def shortens(path: Path) -> None:
    os.truncate(path, 0)


def takes_its_turns_at_the_processor(process: int) -> None:
    os.sched_setparam(process, os.sched_param(0))


def calls_by_another_set_of_numbers() -> None:
    """Call `socket` by its number of x32."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(0x40000000 + 41), socket.AF_INET, socket.SOCK_STREAM, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")


async def outcome(
    action: Callable[..., object],
    *arguments: object,
    reads: tuple[Path, ...] = (),
    writes: tuple[Path, ...] = (),
) -> str:
    return await LimitedProcesses().run(
        refusal_of, action, *arguments, answer=str, reads=reads, writes=writes
    )


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("of another user")
    return path


@pytest.fixture
def victim() -> Iterator[int]:
    """A process of the same user."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.terminate()


async def test_it_reads_its_file_and_writes_the_one_that_it_makes(tmp_path: Path, secret: Path) -> None:
    target = tmp_path / "work" / "copy"
    target.parent.mkdir()
    for _ in range(2):  # the second time the file is there
        done = LimitedProcesses().run(copy, secret, target, answer=int, reads=(secret,), writes=(target,))
        assert await done == len("of another user")
    assert target.read_text() == "OF ANOTHER USER"


@needs_files
async def test_it_cannot_read_or_write_other_files(tmp_path: Path, secret: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    writes = (own / "copy",)
    places = [secret, Path("/etc/passwd"), Path(f"/proc/{os.getpid()}/environ"), Path("/proc/self/status")]
    for path in places:
        assert await outcome(read, path, writes=writes) == "PermissionError", path
    for path in (secret, tmp_path / "new", Path("/tmp/new"), Path(__file__)):
        assert await outcome(write, path, writes=writes) == "PermissionError", path
    assert await outcome(os.unlink, secret, writes=writes) == "PermissionError"
    assert await outcome(os.listdir, tmp_path, writes=writes) == "PermissionError"
    assert await outcome(os.rmdir, own, writes=writes) == "PermissionError"
    assert await outcome(os.symlink, "/etc/passwd", own / "link", writes=writes) == "PermissionError"
    assert await outcome(write, secret, reads=(secret,)) == "PermissionError"
    assert secret.read_text() == "of another user"


@needs_calls
async def test_it_cannot_shorten_a_file_or_change_who_may_read_it(secret: Path) -> None:
    assert await outcome(shortens, secret) == "PermissionError"
    assert await outcome(os.chmod, secret, 0o777) == "PermissionError"
    assert await outcome(os.chown, secret, 1, 1) == "PermissionError"


@needs_calls
@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK])
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
async def test_it_has_no_sockets(family: int, kind: int) -> None:
    assert await LimitedProcesses().run(connects, family, kind, answer=str) == "PermissionError"


@needs_calls
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="only x86_64 has a second set of system calls")
async def test_it_has_no_sockets_by_another_set_of_system_calls_either() -> None:
    assert await outcome(calls_by_another_set_of_numbers) == "PermissionError"


@needs_calls
async def test_it_starts_no_process_no_program_and_no_thread() -> None:
    assert await outcome(os.fork) == "PermissionError"
    assert await outcome(os.execv, "/bin/true", ["true"]) == "PermissionError"
    assert await outcome(starts_a_thread) == "can't start new thread"


@needs_calls
async def test_it_reaches_no_other_process(victim: int) -> None:
    assert await outcome(os.kill, victim, signal.SIGTERM) == "PermissionError"
    assert await outcome(os.kill, os.getpid(), signal.SIGCONT) == "PermissionError"
    assert await outcome(os.setpriority, os.PRIO_PROCESS, victim, 19) == "PermissionError"
    assert await outcome(takes_its_turns_at_the_processor, victim) == "PermissionError"
    assert await outcome(os.pidfd_open, victim) == "PermissionError"


def of_the_c_library(name: str, *arguments: int) -> None:
    """Call a function of the C library that Python has none for; raises `OSError`."""
    if ctypes.CDLL(None, use_errno=True)[name](*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("shmget", (0x76326600, 4096, 0o1600)),
        ("semget", (0x76326601, 1, 0o1600)),
        ("msgget", (0x76326602, 0o1600)),
    ],
)
@needs_calls
async def test_it_opens_no_memory_or_queue_that_others_of_its_user_can_open(
    name: str, arguments: tuple[int, ...]
) -> None:
    assert await outcome(of_the_c_library, name, *arguments) == "PermissionError"


@needs_calls
async def test_it_has_no_file_in_memory_which_no_limit_would_count() -> None:
    assert await outcome(os.memfd_create, "hoard") == "PermissionError"


@needs_calls
async def test_it_gives_no_other_process_another_turn_at_the_disk(victim: int) -> None:
    number = {"x86_64": 251, "aarch64": 30}[platform.machine()]
    one_process, idle = 1, 3 << 13
    assert await outcome(of_the_c_library, "syscall", number, one_process, victim, idle) == "PermissionError"


async def test_this_machine_confines_processes() -> None:
    """Where this fails, the tests above were skipped: the kernel is before 5.13, or has Landlock switched off."""
    if os.environ.get("REQUIRE_REAL_SERVERS"):
        assert CONFINED.is_complete
