import asyncio
import contextlib
import signal

import pytest

from entrypoints.composition.runtime import in_background


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> list[signal.Signals]:
    raised: list[signal.Signals] = []
    monkeypatch.setattr("signal.raise_signal", raised.append)
    return raised


async def crash() -> None:
    raise ValueError("a mistake")


async def be_cancelled() -> None:
    raise asyncio.CancelledError  # as a library may, although the task was not cancelled


async def end() -> None:
    pass


@pytest.mark.parametrize("work", [crash, be_cancelled, end])
async def test_background_work_that_ends_by_itself_stops_the_process(work, signals) -> None:  # type: ignore[no-untyped-def]
    async with in_background(work()):
        while not signals:
            await asyncio.sleep(0)
    assert signals == [signal.SIGTERM]


async def test_background_work_is_cancelled_at_the_end_and_cleans_up(signals: list[signal.Signals]) -> None:
    cleaned = False

    async def work() -> None:
        nonlocal cleaned
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            cleaned = True

    async with in_background(work()):
        await asyncio.sleep(0)
    assert cleaned
    assert signals == []


async def test_work_that_does_not_end_is_abandoned_and_the_log_says_where_it_waits(
    signals: list[signal.Signals], caplog: pytest.LogCaptureFixture
) -> None:
    free = asyncio.Event()

    async def wait_in_a_place_that_has_a_name() -> None:
        while not free.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await free.wait()

    async with in_background(wait_in_a_place_that_has_a_name(), seconds=0.01):
        await asyncio.sleep(0)
    free.set()
    (record,) = caplog.records
    assert record.message.startswith("work that should stop goes on after 0.01 s and is abandoned")
    assert "wait_in_a_place_that_has_a_name" in record.message
    assert signals == []
