"""What somebody has to see to now and then."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from application.errors import ServiceUnavailable
from application.generation.announce_due import HEAD_START
from application.generation.keep_house import KeepHouse
from domain.generation import State
from unit.application.world import World

LIMIT = 40
"""Seconds after which nobody keeps house any more."""


@asynccontextmanager
async def kept(house: KeepHouse) -> AsyncIterator[None]:
    keeping = asyncio.create_task(house())
    yield
    keeping.cancel()
    await asyncio.wait({keeping})
    assert keeping.cancelled()


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LIMIT):
        while not await is_so():
            await asyncio.sleep(0.001)


async def test_keeping_house_takes_back_what_a_silent_worker_holds_and_calls_another(world: World) -> None:
    generation_id = (await world.submit(await world.newcomer())).latest_generation_id
    await world.abandon(generation_id)
    world.announcer.announced.clear()
    world.clock.advance(seconds=world.policy.lease.total_seconds() + 1)

    async def is_queued() -> bool:
        return (await world.generation(generation_id)).state is State.QUEUED

    async def is_called() -> bool:
        return world.announcer.announced == [generation_id]

    async with kept(world.keep_house):
        await until(is_queued)
        world.clock.now = (await world.generation(generation_id)).due_at + HEAD_START
        await until(is_called)


async def test_keeping_house_sweeps_again_and_again_what_crashes_left(world: World) -> None:
    async def is_clean() -> bool:
        return await world.blob_keys() == set()

    async with kept(world.keep_house):
        for key in ("voices/one.wav", "voices/another.wav"):
            await world.put_blob(key)
            world.clock.advance(hours=2)
            await until(is_clean)


@pytest.mark.parametrize("trouble", [ServiceUnavailable("database"), ZeroDivisionError()])
async def test_a_chore_in_trouble_is_tried_again_and_holds_up_no_other(
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

    async with kept(KeepHouse((fails, takes_for_ever, works), world.policy)):
        await asyncio.wait_for(done.wait(), LIMIT)


async def test_keeping_house_ends_though_a_library_swallows_that_it_is_cancelled(world: World) -> None:
    begun = asyncio.Event()

    async def swallows() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    async with asyncio.timeout(LIMIT), kept(KeepHouse((swallows,), world.policy)):
        await begun.wait()


async def test_orphans_are_swept_once_they_are_old_and_nothing_else_is(world: World) -> None:
    generation_id = (await world.submit(await world.newcomer())).latest_generation_id
    await world.run(generation_id)
    kept = await world.blob_keys()
    for key in ("voices/nobody.wav", f"faces/{generation_id}/7/voice.png", "faces/gone/1/voice.png"):
        await world.put_blob(key)
    assert await world.sweep() == 0
    world.clock.advance(hours=2)
    await world.put_blob("voices/just-uploaded.wav")
    assert await world.sweep() == 3
    assert await world.blob_keys() == kept | {"voices/just-uploaded.wav"}


async def test_only_one_of_two_sweepers_sweeps(world: World) -> None:
    await world.put_blob("voices/nobody.wav")
    world.clock.advance(hours=2)
    assert sorted(await asyncio.gather(world.sweep(), world.sweep())) == [0, 1]
