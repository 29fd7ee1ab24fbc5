"""The chores that whoever runs does beside its work."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from application.errors import ServiceUnavailable
from application.generation.announce_due import HEAD_START
from application.generation.keep_house import KeepHouse
from application.generation.policy import JobPolicy
from domain.generation import State
from unit.application.world import World

POLICY = JobPolicy(housekeeping=timedelta(milliseconds=1))


async def test_what_is_due_expired_or_orphaned_is_seen_to(world: World, tmp_path: Path) -> None:
    silent = (await world.submit(await world.newcomer("ann"))).latest_generation_id
    world.voice_faces.seconds = 60
    worker = asyncio.create_task(world.run(silent))
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    worker.cancel()  # the task is gone, and with its database away nothing is handed back
    world.take_the_database_away(times=1)
    await asyncio.wait({worker})
    world.announcer.away = True
    unheard = (await world.submit(await world.newcomer("bob"))).latest_generation_id
    world.announcer.away = False
    world.announcer.announced.clear()
    orphan = tmp_path / "orphan"
    orphan.write_bytes(b"left by a crash")
    await world.blobs.put("voices/nobody.wav", orphan, "audio/wav")
    world.clock.advance(hours=2)

    house = asyncio.create_task(KeepHouse((world.recover, world.announce_due, world.sweep), POLICY)())
    async with asyncio.timeout(10):
        while unheard not in world.announcer.announced or "voices/nobody.wav" in await world.blob_keys():
            await asyncio.sleep(0.001)
        while (await world.generation(silent)).state is not State.QUEUED:
            await asyncio.sleep(0.001)
        world.clock.now = (await world.generation(silent)).due_at + HEAD_START
        while silent not in world.announcer.announced:
            await asyncio.sleep(0.001)
    house.cancel()


@pytest.mark.parametrize("trouble", [ServiceUnavailable("database"), ZeroDivisionError()])
async def test_a_chore_in_trouble_is_tried_again_and_holds_up_no_other(trouble: Exception) -> None:
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

    house = asyncio.create_task(KeepHouse((fails, takes_for_ever, works), POLICY)())
    await asyncio.wait_for(done.wait(), 10)
    house.cancel()
    await asyncio.wait({house})
    assert house.cancelled()
