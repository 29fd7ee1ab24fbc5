"""When a worker begins to show that it lives."""

import asyncio
from pathlib import Path

import pytest
from taskiq import TaskiqEvents
from taskiq.utils import maybe_awaitable

from entrypoints import worker
from entrypoints.composition.container import Container
from entrypoints.composition.sign_of_life import sign_of_life

LIMIT_SECONDS = 60


async def until_it_exists(path: Path) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        while not path.exists():
            await asyncio.sleep(0.01)


async def test_a_worker_shows_no_sign_of_life_before_it_is_warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign, signs = sign_of_life(tmp_path), []

    async def look_while_warming(_: Container) -> None:
        await asyncio.sleep(0.1)  # a sign that is shown in the background would be there by now
        signs.append(sign.exists())

    monkeypatch.setattr(worker, "warm_up", look_while_warming)
    monkeypatch.setattr(worker, "configure_logging", lambda: None)
    monkeypatch.setenv("V2F_DATA", str(tmp_path))
    monkeypatch.setenv("V2F_SECRET", "a secret that is long enough for tests")
    monkeypatch.setenv("V2F_AMQP_URL", "amqp://voice2face:password@127.0.0.1:9/")
    broker = worker.create_broker()
    (start,) = broker.event_handlers[TaskiqEvents.WORKER_STARTUP]
    (stop,) = broker.event_handlers[TaskiqEvents.WORKER_SHUTDOWN]
    await maybe_awaitable(start(broker.state))
    try:
        await until_it_exists(sign)
    finally:
        await maybe_awaitable(stop(broker.state))
    assert signs == [False]
    assert not sign.exists()
