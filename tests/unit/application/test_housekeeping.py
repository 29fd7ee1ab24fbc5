"""The tasks that every process does from time to time, and the use case that repeats them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from application.errors import ServiceUnavailable
from application.generation.announce_due import HEAD_START
from application.generation.housekeeping import Housekeeping, Task
from domain.generation import State
from unit.application.world import World

LIMIT = 40
"""Seconds after which a test gives up."""


@asynccontextmanager
async def repeating(housekeeping: Housekeeping) -> AsyncIterator[None]:
    running = asyncio.create_task(housekeeping())
    yield
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LIMIT):
        while not await is_so():
            await asyncio.sleep(0.001)


async def test_housekeeping_queues_a_generation_with_an_expired_lease_again_and_announces_it(
    world: World,
) -> None:
    generation_id = (await world.submit(await world.new_user())).latest_generation_id
    await world.abandon(generation_id)
    world.announcer.announced.clear()
    world.clock.advance(seconds=world.policy.lease.total_seconds() + 1)

    async def is_queued() -> bool:
        return (await world.generation(generation_id)).state is State.QUEUED

    async def is_announced() -> bool:
        return world.announcer.announced == [generation_id]

    async with repeating(world.housekeeping):
        await until(is_queued)
        world.clock.now = (await world.generation(generation_id)).due_at + HEAD_START
        await until(is_announced)


async def test_housekeeping_sweeps_orphans_again_and_again(world: World) -> None:
    async def is_clean() -> bool:
        return await world.blob_keys() == set()

    async with repeating(world.housekeeping):
        for key in ("voices/one.wav", "voices/another.wav"):
            await world.put_blob(key)
            world.clock.advance(hours=2)
            await until(is_clean)


@pytest.mark.parametrize("trouble", [ServiceUnavailable("database"), ZeroDivisionError()])
async def test_a_task_that_fails_is_tried_again_and_does_not_delay_the_others(
    world: World, trouble: Exception
) -> None:
    tries, done = 0, asyncio.Event()

    async def fails() -> None:
        nonlocal tries
        tries += 1
        raise trouble

    async def takes_for_ever() -> None:
        await asyncio.Event().wait()

    async def works() -> None:
        if tries > 1:
            done.set()

    tasks = Task("fail", fails), Task("take for ever", takes_for_ever), Task("work", works)
    async with repeating(Housekeeping(tasks, world.policy)):
        await asyncio.wait_for(done.wait(), LIMIT)


async def test_a_task_with_a_pause_of_its_own_does_not_run_as_often_as_the_others(world: World) -> None:
    runs, enough = {"often": 0, "seldom": 0}, asyncio.Event()

    async def often() -> None:
        runs["often"] += 1
        if runs["often"] == 5:
            enough.set()

    async def seldom() -> None:
        runs["seldom"] += 1

    tasks = Task("work", often), Task("look", seldom, timedelta(hours=1))
    async with repeating(Housekeeping(tasks, world.policy)):
        await asyncio.wait_for(enough.wait(), LIMIT)
    assert runs["seldom"] == 1


async def test_housekeeping_ends_when_it_is_cancelled_even_if_a_library_swallows_the_cancellation(
    world: World,
) -> None:
    begun = asyncio.Event()

    async def swallows() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    async with asyncio.timeout(LIMIT), repeating(Housekeeping((Task("swallow", swallows),), world.policy)):
        await begun.wait()


async def test_only_orphans_that_are_old_enough_are_swept(world: World) -> None:
    generation_id = (await world.submit(await world.new_user())).latest_generation_id
    await world.run(generation_id)
    referenced = await world.blob_keys()
    for key in ("voices/orphan.wav", f"faces/{generation_id}/7/voice.png", "faces/gone/1/voice.png"):
        await world.put_blob(key)
    assert await world.sweep() == 0
    world.clock.advance(hours=2)
    await world.put_blob("voices/just-uploaded.wav")
    assert await world.sweep() == 3
    assert await world.blob_keys() == referenced | {"voices/just-uploaded.wav"}


async def test_of_two_processes_that_sweep_at_once_one_sweeps(world: World) -> None:
    await world.put_blob("voices/orphan.wav")
    world.clock.advance(hours=2)
    assert sorted(await asyncio.gather(world.sweep(), world.sweep())) == [0, 1]


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        (ServiceUnavailable("database"), "housekeeping could not sweep orphans: database does not answer"),
        (ZeroDivisionError(), "housekeeping could not sweep orphans"),
    ],
)
async def test_the_log_names_the_task_that_failed_in_plain_words(
    world: World, trouble: Exception, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    failed = asyncio.Event()

    async def sweep() -> None:
        failed.set()
        raise trouble

    with caplog.at_level(logging.WARNING):
        async with repeating(Housekeeping((Task("sweep orphans", sweep),), world.policy)):
            await asyncio.wait_for(failed.wait(), LIMIT)
    assert caplog.messages[0] == message
