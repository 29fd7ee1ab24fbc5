import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from application.errors import ServiceUnavailable
from application.generation.announce_due import HEAD_START
from application.generation.attempt import Attempt
from application.generation.progress import Progress
from application.generation.run import TOO_LONG
from application.ports.claims import ClaimedGeneration
from application.ports.faces import FaceOrder
from domain.generation import MOST_FAULTS, OUTAGE_DELAY, State
from domain.ids import GenerationId
from domain.usage import WINDOW
from doubles.faces import ACOUSTICS, fail
from doubles.memory.claims import MemoryClaims
from unit.application.world import World


async def queued(world: World) -> GenerationId:
    return await queued_by(world, "ann")


async def queued_by(world: World, name: str) -> GenerationId:
    return (await world.submit(await world.new_user(name))).latest_generation_id


async def test_a_run_that_succeeds_stores_four_files_under_the_prefix_of_its_attempt(world: World) -> None:
    generation_id = await queued(world)
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert generation.state is State.SUCCEEDED
    assert generation.faces is not None
    assert generation.faces.acoustics == ACOUSTICS
    faces = generation.faces
    keys = {faces.voice.portrait, faces.voice.video, faces.condition.portrait, faces.condition.video}
    assert keys == await world.blob_keys("faces/")
    assert all(key is not None and key.startswith(f"faces/{generation_id}/1/") for key in keys)


async def test_a_generation_that_is_announced_twice_runs_once(world: World) -> None:
    generation_id = await queued(world)
    await asyncio.gather(world.run(generation_id), world.run(generation_id))
    await world.run(generation_id)
    assert len(world.voice_faces.orders) == 1
    assert (await world.generation(generation_id)).attempt == 1


async def test_an_announcement_does_nothing_when_nothing_is_due(world: World) -> None:
    await world.run(GenerationId("gone"))
    assert world.voice_faces.orders == []


async def test_a_generation_is_tried_again_after_a_fault_and_fails_with_the_reason_after_the_last_one(
    world: World,
) -> None:
    generation_id = await queued(world)
    world.voice_faces.trouble = fail("The model did not answer.")
    for attempt in range(1, MOST_FAULTS + 1):
        await world.run(generation_id)
        generation = await world.generation(generation_id)
        assert generation.attempt == attempt
        world.clock.now = generation.due_at
    assert generation.state is State.FAILED
    assert generation.failure == "The model did not answer."
    assert await world.blob_keys("faces/") == set()


async def test_a_generation_is_not_tried_again_after_a_fault_that_a_retry_cannot_help(world: World) -> None:
    generation_id = await queued(world)
    world.condition_faces.trouble = fail("no", retryable=False)
    await world.run(generation_id)
    assert (await world.generation(generation_id)).state is State.FAILED


async def test_a_bug_is_recorded_as_a_fault_with_a_sentence_for_the_user(world: World) -> None:
    generation_id = await queued(world)

    def bug(_: object) -> None:
        raise ZeroDivisionError

    world.voice_faces.trouble = bug
    for _ in range(MOST_FAULTS):
        await world.run(generation_id)
        world.clock.advance(minutes=1)
    generation = await world.generation(generation_id)
    assert generation.state is State.FAILED
    assert "Something broke" in (generation.failure or "")


async def test_a_cancelled_run_hands_its_generation_back_without_a_fault(world: World) -> None:
    generation_id = await queued(world)
    world.voice_faces.seconds = 60
    job = asyncio.create_task(world.run(generation_id))
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    job.cancel()
    await asyncio.wait({job})
    generation = await world.generation(generation_id)
    assert generation.state is State.QUEUED
    assert generation.faults == 0
    assert await world.blob_keys("faces/") == set()
    world.announcer.announced.clear()
    world.clock.now += HEAD_START
    assert await world.announce_due() == 1


async def test_a_cancelled_run_hands_back_even_if_the_database_driver_swallows_the_cancellation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation_id = await queued(world)
    world.voice_faces.seconds = 60
    record_heartbeat, begun = Attempt.record_heartbeat, asyncio.Event()

    async def swallow_and_record(attempt: Attempt, progress: Progress) -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.01)
        await record_heartbeat(attempt, progress)

    monkeypatch.setattr(Attempt, "record_heartbeat", swallow_and_record)
    job = asyncio.create_task(world.run(generation_id))
    await begun.wait()
    job.cancel()
    await asyncio.wait_for(asyncio.wait({job}), 30)
    generation = await world.generation(generation_id)
    assert (generation.state, generation.faults) == (State.QUEUED, 0)


async def test_a_generation_whose_claim_is_cancelled_at_the_last_moment_is_handed_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation_id = await queued(world)
    take, taken, answer = MemoryClaims.take, asyncio.Event(), asyncio.Event()

    async def take_and_answer_late(
        claims: MemoryClaims, now: datetime, lease: timedelta
    ) -> ClaimedGeneration | None:
        claimed = await take(claims, now, lease)
        taken.set()
        await answer.wait()
        return claimed

    monkeypatch.setattr(MemoryClaims, "take", take_and_answer_late)
    job = asyncio.create_task(world.run(generation_id))
    await taken.wait()
    job.cancel()
    answer.set()
    await asyncio.wait({job})
    assert job.cancelled()
    generation = await world.generation(generation_id)
    assert (generation.state, generation.attempt, generation.faults) == (State.QUEUED, 1, 0)
    assert world.voice_faces.orders == []


async def test_erasing_a_request_stops_its_run_and_leaves_no_blobs(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    world.voice_faces.seconds = 60
    job = asyncio.create_task(world.run(request.latest_generation_id))
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    await world.erase(user.id, request.id)
    await asyncio.wait_for(job, 30)
    assert await world.blob_keys() == set()


async def test_an_attempt_whose_lease_has_run_out_writes_nothing_once_another_has_begun(world: World) -> None:
    generation_id = await queued(world)
    world.voice_faces.seconds = 0.2
    late = asyncio.create_task(world.run(generation_id))
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    world.clock.advance(seconds=world.policy.lease.total_seconds() + 1)
    assert await world.recover() == 1
    world.clock.now = (await world.generation(generation_id)).due_at
    world.voice_faces.seconds = 0
    await world.run(generation_id)
    await late
    generation = await world.generation(generation_id)
    assert generation.state is State.SUCCEEDED
    assert generation.attempt == 2
    assert {key.split("/")[2] for key in await world.blob_keys("faces/")} == {"2"}


async def test_the_files_of_a_killed_worker_are_removed_once_another_attempt_has_succeeded(
    world: World,
) -> None:
    generation_id = await queued(world)
    left = await world.abandon(generation_id)
    world.clock.advance(seconds=world.policy.lease.total_seconds() + 1)
    assert await world.recover() == 1
    world.clock.now = (await world.generation(generation_id)).due_at
    assert await world.blob_keys("faces/") == {left}
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert (generation.state, generation.attempt) == (State.SUCCEEDED, 2)
    assert {key.split("/")[2] for key in await world.blob_keys("faces/")} == {"2"}


async def test_faces_that_were_recorded_are_kept_even_if_the_answer_to_the_commit_was_lost(
    world: World,
) -> None:
    generation_id = await queued(world)
    world.lose_the_answer_to_the_success_of(generation_id)
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert (generation.state, generation.faults) == (State.SUCCEEDED, 0)
    assert generation.faces is not None
    assert {*generation.faces.voice.keys, *generation.faces.condition.keys} == await world.blob_keys("faces/")


async def test_an_attempt_that_takes_too_long_is_stopped_and_is_a_fault(world: World) -> None:
    generation_id = await queued(world)
    world.voice_faces.seconds = 60
    object.__setattr__(world.policy, "time_limit", timedelta(milliseconds=50))
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert generation.state is State.QUEUED
    assert generation.faults == 1


async def test_attempts_while_the_blob_storage_is_away_are_not_faults(world: World) -> None:
    generation_id = await queued(world)
    put = world.blobs.put

    async def away(key: str, source: Path, media_type: str) -> None:
        raise ServiceUnavailable("blob storage")

    world.blobs.put = away  # type: ignore[method-assign]
    for _ in range(MOST_FAULTS + 1):
        await world.run(generation_id)
        world.clock.now = (await world.generation(generation_id)).due_at
    world.blobs.put = put  # type: ignore[method-assign]
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert generation.state is State.SUCCEEDED
    assert generation.faults == 0


async def test_missed_heartbeats_do_no_harm_while_the_lease_lasts(world: World) -> None:
    generation_id = await queued(world)
    world.voice_faces.seconds = 0.1
    job = asyncio.create_task(world.run(generation_id))
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    world.take_the_database_away(times=3)
    await job
    generation = await world.generation(generation_id)
    assert (generation.state, generation.attempt, generation.faults) == (State.SUCCEEDED, 1, 0)


async def test_an_attempt_that_misses_heartbeats_until_its_lease_has_run_out_is_postponed(
    world: World,
) -> None:
    generation_id = await queued(world)
    world.voice_faces.seconds = 60
    job = asyncio.create_task(world.run(generation_id))
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    world.clock.advance(seconds=world.policy.lease.total_seconds() + 1)
    world.take_the_database_away(times=1)
    await asyncio.wait_for(job, 30)
    generation = await world.generation(generation_id)
    assert (generation.state, generation.attempt, generation.faults) == (State.QUEUED, 1, 0)
    assert generation.due_at == world.clock() + OUTAGE_DELAY


async def test_faces_are_recorded_once_a_database_that_was_away_is_back(world: World) -> None:
    generation_id = await queued(world)
    put, stored = world.blobs.put, 0

    async def and_then_the_database_goes(key: str, source: Path, media_type: str) -> None:
        nonlocal stored
        await put(key, source, media_type)
        stored += 1
        if stored == 4:
            world.take_the_database_away(times=6)

    world.blobs.put = and_then_the_database_goes  # type: ignore[method-assign]
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert generation.state is State.SUCCEEDED
    assert (generation.attempt, generation.faults) == (1, 0)


async def test_all_attempts_together_may_take_as_long_as_the_time_limit_says(world: World) -> None:
    generation_id = await queued(world)
    world.voice_faces.trouble = fail()
    limit = world.policy.time_limit.total_seconds()

    def take(seconds: float) -> None:
        def trouble(order: FaceOrder) -> None:
            world.clock.advance(seconds=seconds)
            fail()(order)

        world.voice_faces.trouble = trouble

    take(limit - 10)
    await world.run(generation_id)
    world.clock.now = (await world.generation(generation_id)).due_at
    assert (await world.generation(generation_id)).drawn_seconds == limit - 10
    take(10)
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert (generation.state, generation.faults, generation.drawn_seconds) == (State.FAILED, 2, limit)


async def test_an_attempt_without_time_left_draws_nothing_and_fails(world: World) -> None:
    generation_id = await queued(world)
    await world.abandon(generation_id)
    object.__setattr__(world.policy, "time_limit", world.policy.lease)
    world.clock.now += world.policy.lease
    assert await world.recover() == 1
    world.clock.now = (await world.generation(generation_id)).due_at
    await world.run(generation_id)
    generation = await world.generation(generation_id)
    assert (generation.state, generation.failure) == (State.FAILED, TOO_LONG)
    assert world.voice_faces.orders == []


async def test_a_second_attempt_is_stopped_when_the_time_that_the_first_has_left_is_over(
    world: World,
) -> None:
    generation_id = await queued(world)
    await world.abandon(generation_id)
    world.clock.now += world.policy.lease
    assert await world.recover() == 1
    world.clock.now = (await world.generation(generation_id)).due_at
    object.__setattr__(world.policy, "time_limit", world.policy.lease + timedelta(milliseconds=50))
    world.voice_faces.seconds = 60
    await asyncio.wait_for(world.run(generation_id), 30)
    assert (await world.generation(generation_id)).faults == 2


async def test_a_generation_that_has_ended_counts_with_what_it_has_drawn(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    reserved = await world.views.usage(user.id, world.clock() - WINDOW)
    assert reserved.drawn_seconds == world.policy.time_limit.total_seconds()
    world.voice_faces.trouble = lambda _: world.clock.advance(seconds=7)
    await world.run(request.latest_generation_id)
    settled = await world.views.usage(user.id, world.clock() - WINDOW)
    assert (settled.requests, settled.drawn_seconds, settled.in_flight) == (1, 7, 0)
    assert settled.stored_bytes == sum([blob.size async for blob in world.blobs.list("")])


async def test_an_attempt_that_expires_for_the_last_time_counts_with_its_leases(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    for _ in range(MOST_FAULTS):
        world.clock.now = (await world.generation(request.latest_generation_id)).due_at
        await world.abandon(request.latest_generation_id)
        world.clock.advance(hours=1)
        assert await world.recover() == 1
    usage = await world.views.usage(user.id, world.clock() - WINDOW)
    assert usage.drawn_seconds == MOST_FAULTS * world.policy.lease.total_seconds()
    assert usage.in_flight == 0


async def test_erasing_a_running_request_counts_what_it_has_drawn_and_one_heartbeat(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.abandon(request.latest_generation_id)
    world.clock.advance(seconds=5)
    await world.erase(user.id, request.id)
    usage = await world.views.usage(user.id, world.clock() - WINDOW)
    assert usage.drawn_seconds == 5 + world.policy.heartbeat.total_seconds()
    assert (usage.in_flight, usage.requests) == (0, 1)


async def test_erasing_a_request_whose_worker_was_killed_counts_no_more_than_its_lease(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.abandon(request.latest_generation_id)
    world.clock.advance(hours=5)
    await world.erase(user.id, request.id)
    usage = await world.views.usage(user.id, world.clock() - WINDOW)
    assert usage.drawn_seconds == world.policy.lease.total_seconds()


async def test_erasing_a_queued_request_counts_no_drawing(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.erase(user.id, request.id)
    usage = await world.views.usage(user.id, world.clock() - WINDOW)
    assert (usage.drawn_seconds, usage.in_flight, usage.requests) == (0, 0, 1)


async def test_usage_that_no_figure_counts_is_removed_once_an_hour(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.erase(user.id, request.id)
    assert await world.remove_old_usage() == 0
    world.clock.advance(hours=24.5)
    assert await world.remove_old_usage() == 1
    other = await world.submit(user)
    await world.erase(user.id, other.id)
    assert await world.remove_old_usage() == 0
