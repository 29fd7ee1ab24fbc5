"""Work in a child process ends within its limits, however it ends."""

import asyncio
import ctypes
import logging
import os
import pickle
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from adapters.processes import template
from adapters.processes.answers import Unexpected
from adapters.processes.apart import LARGEST_ANSWER, LARGEST_FILE, Confinement
from adapters.processes.limited import LimitedProcesses
from application.errors import ServiceUnavailable
from application.ports.processes import CostsTooMuch, ProcessDied
from domain.errors import VoiceRefused
from domain.voice import Recording
from processes import children_of, is_running

RECORDING = Recording(seconds=1.5, media_type="audio/flac", suffix=".flac")


def sum_of(one: int, other: int) -> int:
    return one + other


def process_id() -> int:
    return os.getpid()


def template_id() -> int:
    return os.getppid()


def sleeps(pid_file: Path) -> None:
    pid_file.write_text(str(os.getpid()))
    time.sleep(100)


def dies() -> None:
    os.abort()


def breaks() -> None:
    raise KeyError("of the work")


def refuses() -> None:
    raise VoiceRefused("noise", "It is noise.")


def takes_memory(size: int) -> int:
    return len(bytearray(size))


def returns(value: Any) -> Any:
    return value


def writes_too_much(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(LARGEST_FILE // 2**20 + 1):
            file.write(bytes(2**20))


def core_limit() -> int:
    """Return it by the system call of old, since its successor also changes those of other processes."""
    limits, number = (ctypes.c_uint64 * 2)(1, 1), 97 if os.uname().machine == "x86_64" else 163
    ctypes.CDLL(None).syscall(ctypes.c_long(number), resource.RLIMIT_CORE, limits)
    return limits[0]


def environment() -> list[str]:
    return sorted(os.environ)


class Opens:
    """An object that makes a file when it is loaded by pickle."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return open, (str(self._path), "w")


def answers_with_a_pickle(path: Path) -> bytes:
    return pickle.dumps(Opens(path))


async def test_each_work_has_a_process_of_its_own_made_from_one_that_is_kept() -> None:
    processes = LimitedProcesses()
    assert await processes.run(sum_of, 1, 2, answer=int) == 3
    first, kept = await processes.run(process_id, answer=int), await processes.run(template_id, answer=int)
    assert len({first, kept, os.getpid()}) == 3
    assert await processes.run(process_id, answer=int) != first
    assert await processes.run(template_id, answer=int) == kept


async def test_an_answer_is_data_of_the_type_that_is_expected_and_nothing_else() -> None:
    processes = LimitedProcesses()
    assert await processes.run(returns, RECORDING, answer=Recording) == RECORDING
    assert await processes.run(returns, None, answer=type(None)) is None
    for value, expected in (("3", int), (3, str), (RECORDING, str), ({"seconds": 1.0}, Recording)):
        with pytest.raises(ProcessDied):
            await processes.run(returns, value, answer=expected)


async def test_an_answer_is_never_loaded_as_code(tmp_path: Path) -> None:
    made = tmp_path / "made"
    assert isinstance(await LimitedProcesses().run(answers_with_a_pickle, made, answer=bytes), bytes)
    assert not made.exists()


async def test_an_answer_that_is_larger_than_any_can_be_is_not_read() -> None:
    with pytest.raises(ProcessDied):
        await LimitedProcesses().run(returns, bytes(LARGEST_ANSWER), answer=bytes)


async def test_the_errors_that_the_caller_names_come_as_they_are() -> None:
    processes = LimitedProcesses()
    with pytest.raises(VoiceRefused, match="It is noise") as refused:
        await processes.run(refuses, answer=type(None), errors=(VoiceRefused,))
    assert refused.value.reason == "noise"
    with pytest.raises(Unexpected, match=r"KeyError.*of the work"):
        await processes.run(breaks, answer=type(None), errors=(VoiceRefused,))
    with pytest.raises(FileNotFoundError):
        await processes.run(os.listdir, "/nowhere", answer=list[str])


async def test_work_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with pytest.raises(CostsTooMuch, match="4 s"):
        await LimitedProcesses(seconds=4.0).run(sleeps, pid, answer=type(None), writes=(pid,))
    assert not is_running(int(pid.read_text()))


async def test_work_that_takes_too_much_memory_is_ended_and_the_next_has_all_of_it_again() -> None:
    processes = LimitedProcesses(memory=200_000_000)
    for _ in range(2):
        with pytest.raises(CostsTooMuch, match="memory"):
            await processes.run(takes_memory, 400_000_000, answer=int)
        assert await processes.run(takes_memory, 100_000_000, answer=int) == 100_000_000


async def test_work_cannot_fill_the_disk_and_leaves_no_image_of_its_memory(tmp_path: Path) -> None:
    processes, large = LimitedProcesses(), tmp_path / "large"
    with pytest.raises(OSError, match="too large"):
        await processes.run(writes_too_much, large, answer=type(None), writes=(large,))
    assert large.stat().st_size == LARGEST_FILE
    assert await processes.run(core_limit, answer=int) == 0


async def test_work_may_write_as_much_as_its_processes_let_it(tmp_path: Path) -> None:
    large = tmp_path / "large"
    processes = LimitedProcesses(largest_file=2 * LARGEST_FILE)
    await processes.run(writes_too_much, large, answer=type(None), writes=(large,))
    assert large.stat().st_size == LARGEST_FILE + 2**20


async def test_a_death_is_told_from_an_error_and_the_next_work_is_done() -> None:
    processes = LimitedProcesses()
    kept = await processes.run(template_id, answer=int)
    with pytest.raises(ProcessDied):
        await processes.run(dies, answer=type(None))
    assert await processes.run(template_id, answer=int) == kept
    os.kill(kept, 9)
    while is_running(kept):
        await asyncio.sleep(0.01)
    assert await processes.run(sum_of, 1, 2, answer=int) == 3


@pytest.mark.usefixtures("broken_python")
async def test_a_process_that_cannot_start_means_service_unavailable() -> None:
    with pytest.raises(ServiceUnavailable):
        await LimitedProcesses().run(process_id, answer=int)


async def test_work_that_is_cancelled_is_killed(tmp_path: Path) -> None:
    before, pid = children_of(os.getpid()), tmp_path / "pid"
    working = asyncio.create_task(LimitedProcesses().run(sleeps, pid, answer=type(None), writes=(pid,)))
    while not (pid.exists() and pid.read_text()):
        await asyncio.sleep(0.01)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert not is_running(int(pid.read_text()))
    assert children_of(os.getpid()) <= before  # those of earlier tests may end meanwhile


async def test_no_process_is_left_when_nobody_needs_them_any_more() -> None:
    before = children_of(os.getpid())
    processes = LimitedProcesses()
    await processes.run(sum_of, 1, 2, answer=int)
    assert children_of(os.getpid()) - before
    del processes
    assert children_of(os.getpid()) <= before  # those of earlier tests may end meanwhile


def test_they_end_with_a_service_that_is_killed_at_work(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    script = (
        "import asyncio; from pathlib import Path; from adapters.processes.limited import LimitedProcesses as P; "
        "from unit.processes.test_limited import sleeps; "
        f"pid = Path({str(pid)!r}); asyncio.run(P().run(sleeps, pid, answer=type(None), writes=(pid,)))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": ":".join(sys.path)}
    ) as service:
        while not (pid.exists() and pid.read_text()):
            time.sleep(0.01)
        (kept,) = children_of(service.pid)
        service.kill()
    while is_running(kept) or is_running(int(pid.read_text())):
        time.sleep(0.01)


async def test_no_variable_with_a_secret_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("V2F_SECRET", "secret")
    monkeypatch.setenv("OTHER_PASSWORD", "secret")
    names = await LimitedProcesses().run(environment, answer=list[str])
    assert "PATH" in names
    assert not {"V2F_SECRET", "OTHER_PASSWORD"} & set(names)


async def test_where_the_system_cannot_confine_processes_they_work_and_the_log_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        template, "read_ready_message", lambda message: Confinement(files=False, calls=bool(message))
    )
    processes = LimitedProcesses()
    with caplog.at_level(logging.WARNING):
        works = [processes.run(sum_of, 1, number, answer=int) for number in range(3)]
        assert await asyncio.gather(*works) == [1, 2, 3]
    assert [record.getMessage() for record in caplog.records] == [
        "recordings are decoded with more rights than needed: this system cannot restrict files (Landlock)"
    ]
