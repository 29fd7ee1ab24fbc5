"""As many announcements wait in the queue as generations are due, whatever happens to the queue."""

import asyncio

import pytest

from application.errors import ServiceUnavailable
from application.generation.announce_due import HEAD_START
from domain.generation import State
from domain.ids import GenerationId
from doubles.faces import fail
from unit.application.world import World

PERIODS = 24 * 60 // 10


async def submit(world: World, count: int) -> list[GenerationId]:
    """Submit with several users, so that none of them reaches the quota."""
    users = [await world.new_user(f"user-{number}") for number in range(-(-count // 10))]
    return [(await world.submit(users[number // 10])).latest_generation_id for number in range(count)]


async def test_a_backlog_without_workers_keeps_as_many_announcements_as_jobs_for_a_day(world: World) -> None:
    await submit(world, 45)
    for _ in range(PERIODS):
        world.clock.advance(minutes=10)
        assert await world.announce_due() == 0
    assert len(world.announcer.announced) == 45


async def test_what_a_purged_queue_has_lost_is_announced_again_once(world: World) -> None:
    await submit(world, 12)
    world.clock.now += HEAD_START
    del world.announcer.announced[5:]
    assert await world.announce_due() == 7
    assert await world.announce_due() == 0
    world.announcer.announced.clear()
    assert await world.announce_due() == 12


async def test_the_queue_is_not_filled_with_more_than_it_needs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.generation.announce_due.MOST_WAITING", 20)
    await submit(world, 25)
    world.clock.now += HEAD_START
    world.announcer.announced.clear()
    assert [await world.announce_due() for _ in range(3)] == [20, 0, 0]
    for _ in range(25):
        await world.run()
        await world.announce_due()
    async with world.unit_of_work() as uow:
        assert list(await uow.generations.due(world.clock(), 1)) == []


async def test_a_generation_that_was_just_submitted_is_left_to_its_own_announcement(world: World) -> None:
    world.announcer.away = True
    await submit(world, 1)
    world.announcer.away = False
    assert await world.announce_due() == 0
    world.clock.now += HEAD_START
    assert await world.announce_due() == 1


async def test_a_generation_that_a_worker_has_claimed_is_not_announced_again(world: World) -> None:
    (generation_id,) = await submit(world, 1)
    await world.run(generation_id)
    world.clock.now += HEAD_START
    assert await world.announce_due() == 0


async def test_a_retry_is_announced_soon_after_it_is_due_and_not_before(world: World) -> None:
    (generation_id,) = await submit(world, 1)
    world.voice_faces.trouble = fail()
    await world.run(generation_id)
    assert await world.announce_due() == 0
    world.clock.now = (await world.generation(generation_id)).due_at
    assert await world.announce_due() == 0
    world.clock.now += HEAD_START
    assert await world.announce_due() == 1
    world.voice_faces.trouble = None
    await world.run(generation_id)
    assert (await world.generation(generation_id)).state is State.SUCCEEDED


async def test_a_retry_that_is_not_yet_due_by_the_clock_of_the_worker_is_announced_again(
    world: World,
) -> None:
    (generation_id,) = await submit(world, 1)
    world.voice_faces.trouble = fail()
    await world.run(generation_id)
    due_at = (await world.generation(generation_id)).due_at
    world.clock.now = due_at + HEAD_START
    assert await world.announce_due() == 1
    world.clock.now = due_at - HEAD_START  # as the worker's machine has it
    await world.run(generation_id)
    assert (await world.generation(generation_id)).state is State.QUEUED
    world.clock.now = due_at + 2 * HEAD_START
    assert await world.announce_due() == 1


async def test_an_announcement_that_a_slow_queue_has_not_taken_is_sent_in_the_next_period(
    world: World,
) -> None:
    world.announcer.away = True
    waiting = await submit(world, 3)
    world.announcer.away = False
    world.announcer.loses = {waiting[1]}
    world.clock.now += HEAD_START
    with pytest.raises(ServiceUnavailable):
        await world.announce_due()
    world.announcer.loses = set()
    assert await world.announce_due() == 1
    assert await world.announce_due() == 0
    assert len(world.announcer.announced) == 3


async def test_of_two_processes_in_one_period_one_announces(world: World) -> None:
    await submit(world, 3)
    world.announcer.announced.clear()
    world.clock.now += HEAD_START
    both = await asyncio.gather(world.announce_due(), world.announce_due())
    assert sorted(both) == [0, 3]
