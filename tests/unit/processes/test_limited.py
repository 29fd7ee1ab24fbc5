"""Work in a child process ends within its limits, however it ends."""

import asyncio
import os
import resource
import time
from pathlib import Path

import anyio.to_process
import pytest

from adapters.processes.limited import LimitedProcesses, limited_memory
from application.errors import ServiceUnavailable
from application.ports.processes import CostsTooMuch, ProcessDied
from processes import children_of


def sum_of(one: int, other: int) -> int:
    return one + other


def process_id() -> int:
    return os.getpid()


def sleeps(pid_file: Path) -> None:
    pid_file.write_text(str(os.getpid()))
    time.sleep(100)


def dies() -> None:
    os.kill(os.getpid(), 9)


def breaks() -> None:
    raise KeyError("of the work")


def takes_memory(size: int) -> int:
    return len(bytearray(size))


def takes_too_much_and_checks_its_limit() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    try:
        with limited_memory(100_000_000):
            bytearray(2_000_000_000)
    finally:
        assert resource.getrlimit(resource.RLIMIT_AS) == before


async def test_a_function_is_called_in_another_process_which_is_used_again() -> None:
    processes = LimitedProcesses()
    assert await processes.run(sum_of, 1, 2) == 3
    first = await processes.run(process_id)
    assert first != os.getpid()
    assert await processes.run(process_id) == first


async def test_work_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    with pytest.raises(CostsTooMuch, match="4 s"):
        await LimitedProcesses(seconds=4.0).run(sleeps, tmp_path / "pid")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_work_that_takes_too_much_memory_is_ended_and_the_next_has_all_of_it_again() -> None:
    processes = LimitedProcesses(memory=200_000_000)
    for _ in range(2):
        with pytest.raises(CostsTooMuch, match="memory"):
            await processes.run(takes_memory, 400_000_000)
        assert await processes.run(takes_memory, 100_000_000) == 100_000_000


async def test_too_much_memory_is_an_error_and_the_limit_is_removed_afterwards() -> None:
    with pytest.raises(MemoryError):
        await anyio.to_process.run_sync(takes_too_much_and_checks_its_limit)


async def test_a_death_is_told_from_an_error_and_the_next_work_is_done() -> None:
    processes = LimitedProcesses()
    with pytest.raises(ProcessDied):
        await processes.run(dies)
    with pytest.raises(KeyError, match="of the work"):
        await processes.run(breaks)
    assert await processes.run(sum_of, 1, 2) == 3


@pytest.mark.usefixtures("broken_python")
async def test_a_process_that_cannot_start_means_service_unavailable() -> None:
    with pytest.raises(ServiceUnavailable):
        await LimitedProcesses().run(process_id)


async def test_work_that_is_cancelled_is_killed(tmp_path: Path) -> None:
    before = children_of(os.getpid())
    working = asyncio.create_task(LimitedProcesses().run(sleeps, tmp_path / "pid"))
    while not (tmp_path / "pid").exists():
        await asyncio.sleep(0.01)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert children_of(os.getpid()) == before
