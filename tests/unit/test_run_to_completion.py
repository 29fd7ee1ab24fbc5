"""Work in a thread ends before its caller continues, however often the caller is cancelled."""

import asyncio
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import anyio
import pytest

from adapters.blobs.files import run_to_completion
from adapters.blobs.local_folder import LocalFolderBlobs

LIMIT_SECONDS = 60


class Work:
    """Blocks a thread until it is let go."""

    def __init__(self, end: Callable[[], str] = lambda: "done") -> None:
        self._end = end
        self._may_end = threading.Event()
        self.has_begun = threading.Event()
        self.has_ended = False

    def __call__(self) -> str:
        self.has_begun.set()
        assert self._may_end.wait(LIMIT_SECONDS)
        self.has_ended = True
        return self._end()

    def let_go(self) -> None:
        self._may_end.set()


def breaks() -> str:
    raise ValueError("I/O operation on closed file")


@pytest.mark.parametrize("end", [lambda: "done", breaks])
async def test_a_caller_that_is_cancelled_many_times_waits_for_the_thread(
    end: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    work = Work(end)
    caller = asyncio.create_task(run_to_completion(work))
    assert await asyncio.to_thread(work.has_begun.wait, LIMIT_SECONDS)
    for _ in range(20):
        caller.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert not caller.done()
    work.let_go()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert work.has_ended
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_cancelled_scope_waits_for_the_thread() -> None:
    work = Work()

    async def cancel_and_let_go(scope: anyio.CancelScope) -> None:
        assert await asyncio.to_thread(work.has_begun.wait, LIMIT_SECONDS)
        scope.cancel()
        for _ in range(3):
            await asyncio.sleep(0)
        work.let_go()

    with anyio.CancelScope() as scope:
        letting_go = asyncio.create_task(cancel_and_let_go(scope))
        await run_to_completion(work)
    assert scope.cancelled_caught
    assert work.has_ended
    await letting_go


async def test_what_was_cancelled_before_does_not_begin() -> None:
    work = Work()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await run_to_completion(work)
    assert not work.has_begun.is_set()


async def test_an_error_of_the_function_reaches_the_caller() -> None:
    with pytest.raises(ValueError, match="closed file"):
        await run_to_completion(breaks)


async def test_reading_a_blob_that_is_cancelled_again_and_again_leaves_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "source").write_bytes(bytes(1_000_000))
    blobs = LocalFolderBlobs(tmp_path / "blobs")
    await blobs.put("voices/a.flac", tmp_path / "source", "audio/flac")

    async def read() -> None:
        async for _ in blobs.read("voices/a.flac"):
            pass

    for cancels in range(1, 20):
        reading = asyncio.create_task(read())
        for _ in range(cancels):
            await asyncio.sleep(0.0005)
            reading.cancel()
        await asyncio.wait({reading})
        assert reading.cancelled() or reading.exception() is None
    assert not caplog.records
