import asyncio
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
