import asyncio
import contextlib
import re
import signal

import pytest

from entrypoints.composition.runtime import end_tasks, in_background


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


async def wait_in_a_place_that_has_a_name(free: asyncio.Event) -> None:
    while not free.is_set():
        with contextlib.suppress(asyncio.CancelledError):
            await free.wait()


def told_where_work_waits(caplog: pytest.LogCaptureFixture) -> bool:
    told, *waiting = (record.message for record in caplog.records)
    assert told == "work that should stop goes on and is abandoned"
    return any(
        re.search(r"test_background.py:\d+ wait_in_a_place_that_has_a_name > locks.py:\d+ wait$", line)
        for line in waiting
    )


async def test_work_that_does_not_end_is_abandoned_and_the_log_says_where_it_waits(
    signals: list[signal.Signals], caplog: pytest.LogCaptureFixture
) -> None:
    free, cleaned = asyncio.Event(), asyncio.Event()

    async def clean_up() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    async with in_background(wait_in_a_place_that_has_a_name(free), clean_up(), seconds=0.01):
        await asyncio.sleep(0)
    free.set()
    assert cleaned.is_set()
    assert told_where_work_waits(caplog)
    assert signals == []


async def test_the_log_says_it_also_where_the_waiting_is_given_up_earlier(
    caplog: pytest.LogCaptureFixture,
) -> None:
    free = asyncio.Event()
    task = asyncio.create_task(wait_in_a_place_that_has_a_name(free))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):  # as TaskIQ gives a worker only so much time to close
        await asyncio.wait_for(end_tasks([task]), 0.01)
    free.set()
    assert told_where_work_waits(caplog)
