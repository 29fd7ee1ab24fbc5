import asyncio

import pytest

from application.errors import NotFound, ServiceUnavailable
from application.generation.announce_due import HEAD_START
from application.ports.views import ProgressView, RequestView
from application.requests.regenerate import RegenerateFacesCommand
from application.requests.watch import Erased
from databases.examples import QUOTAS
from domain.errors import GenerationInFlight, QuotaExceeded, VoiceRefused
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId
from doubles.voices import NO_VOICE
from unit.application.world import World


async def test_submitting_stores_the_voice_records_the_request_and_announces_its_generation(
    world: World,
) -> None:
    request = await world.submit(await world.new_user())
    assert await world.blob_keys() == {request.voice.key}
    generation = await world.generation(request.latest_generation_id)
    assert generation.state is State.QUEUED
    assert world.announcer.announced == [generation.id]


async def test_a_refused_voice_leaves_nothing_behind(world: World) -> None:
    user = await world.new_user()
    with pytest.raises(VoiceRefused):
        await world.submit(user, NO_VOICE)
    assert await world.blob_keys() == set()
    assert await world.show.all(user.id) == []


async def test_the_eleventh_open_request_is_refused_and_leaves_nothing_behind(world: World) -> None:
    user = await world.new_user()
    for _ in range(10):
        await world.submit(user)
    with pytest.raises(QuotaExceeded):
        await world.submit(user)
    assert len(await world.blob_keys()) == 10
    assert len(await world.show.all(user.id)) == 10


async def test_a_user_who_holds_ten_requests_is_refused_before_a_voice_is_read(world: World) -> None:
    user = await world.new_user()
    for _ in range(10):
        await world.admit_user(user.id)
        await world.submit(user)
    with pytest.raises(QuotaExceeded):
        await world.admit_user(user.id)


async def test_of_fifty_parallel_submits_exactly_ten_are_accepted(world: World) -> None:
    user = await world.new_user()
    outcomes = await asyncio.gather(*(world.submit(user) for _ in range(50)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, QuotaExceeded)]
    assert len(refused) == 40
    assert len(await world.show.all(user.id)) == len(await world.blob_keys()) == 10


async def test_a_failed_request_makes_room_for_another(world: World) -> None:
    user = await world.new_user()
    requests = [await world.submit(user) for _ in range(10)]
    await world.fail(requests[0])
    await world.submit(user)
    with pytest.raises(QuotaExceeded):
        await world.regenerate(user.id, requests[0].id)


async def test_of_failed_requests_that_are_generated_again_at_once_only_as_many_as_the_quota_allows_are_accepted(
    world: World,
) -> None:
    user = await world.new_user()
    failed = [await world.submit(user) for _ in range(5)]
    for request in failed:
        await world.fail(request)
    for _ in range(8):
        await world.submit(user)
    outcomes = await asyncio.gather(
        *(world.regenerate(user.id, request.id) for request in failed), return_exceptions=True
    )
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Generation)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, QuotaExceeded)]
    assert (len(accepted), len(refused)) == (2, 3)
    async with world.unit_of_work() as uow:
        assert (await uow.usages.of(user.id, world.clock())).open_requests == 10


async def test_of_two_calls_that_regenerate_one_request_at_once_one_is_refused(
    world: World,
) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.run(request.latest_generation_id)
    outcomes = await asyncio.gather(
        *(world.regenerate(user.id, request.id) for _ in range(2)), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes} == {Generation, GenerationInFlight}


async def test_a_request_is_accepted_while_the_queue_is_away_and_announced_later(world: World) -> None:
    world.announcer.away = True
    request = await world.submit(await world.new_user())
    world.announcer.away = False
    world.clock.now += HEAD_START
    assert await world.announce_due() == 1
    assert world.announcer.announced == [request.latest_generation_id]
    assert await world.announce_due() == 0


async def test_a_request_that_was_recorded_keeps_its_voice_even_if_the_answer_to_the_commit_was_lost(
    world: World,
) -> None:
    user = await world.new_user()
    world.lose_the_answer_to_the_next_commit()
    with pytest.raises(ServiceUnavailable):
        await world.submit(user)
    (view,) = await world.show.all(user.id)
    assert await world.blob_keys() == {view.voice_key}
    world.clock.now += HEAD_START
    assert await world.announce_due() == 1
    await world.run(view.latest_generation_id)
    assert (await world.show.one(user.id, view.id)).state is State.SUCCEEDED


async def test_faces_are_made_again_from_the_stored_voice(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    with pytest.raises(GenerationInFlight):
        await world.regenerate(user.id, request.id)
    await world.run(request.latest_generation_id)
    again = await world.regenerate(user.id, request.id)
    await world.run(again.id)
    view = await world.show.one(user.id, request.id)
    assert view.latest_generation_id == again.id
    assert view.state is State.SUCCEEDED
    first = await world.show.result(user.id, request.id, request.latest_generation_id)
    assert first.faces is not None


async def test_the_requests_of_another_user_are_not_found(world: World) -> None:
    ann, bob = await world.new_user("ann"), await world.new_user("bob")
    request = await world.submit(ann)
    for call in (
        world.show.one(bob.id, request.id),
        world.show.result(bob.id, request.id, request.latest_generation_id),
        world.show.job(bob.id, request.id, request.latest_generation_id),
        world.regenerate(bob.id, request.id),
        world.erase(bob.id, request.id),
        world.watch(bob.id, request.id),
    ):
        with pytest.raises(NotFound):
            await call
    assert await world.show.all(bob.id) == []


async def test_a_result_is_not_found_under_another_request_of_the_same_user(world: World) -> None:
    user = await world.new_user()
    one, other = await world.submit(user), await world.submit(user)
    with pytest.raises(NotFound):
        await world.show.result(user.id, one.id, other.latest_generation_id)


async def test_erasing_a_request_removes_its_voice_and_its_faces(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    await world.run(request.latest_generation_id)
    assert len(await world.blob_keys()) == 5
    await world.erase(user.id, request.id)
    assert await world.blob_keys() == set()
    with pytest.raises(NotFound):
        await world.show.one(user.id, request.id)


async def test_the_list_pages_from_newest_to_oldest_without_gap_or_repeat(world: World) -> None:
    user = await world.new_user()
    made = [(await world.submit(user)).id for _ in range(7)]
    seen: list[RequestId] = []
    cursor = None
    for _ in range(3):
        page, cursor = await world.show.page(user.id, 3, cursor)
        seen += [view.id for view in page]
    assert cursor is None
    assert seen == sorted(made, reverse=True)
    assert [view.id for view in await world.show.all(user.id)] == seen


async def test_a_watcher_gets_the_state_at_once_and_then_each_change_until_the_end(world: World) -> None:
    world.voice_faces.seconds = 0.1
    user = await world.new_user()
    request = await world.submit(user)
    events = await world.watch(user.id, request.id)
    first = await anext(events)
    assert isinstance(first, ProgressView)
    assert first.state is State.QUEUED
    assert first.place == 1
    job = asyncio.create_task(world.run(request.latest_generation_id))
    seen = [event async for event in events if isinstance(event, ProgressView)]
    await job
    assert seen[-1].state is State.SUCCEEDED
    assert {event.state for event in seen[:-1]} <= {State.QUEUED, State.RUNNING}
    percents = [event.percent for event in seen]
    assert percents == sorted(percents)
    assert len(set(percents)) > 2


async def test_a_watcher_sees_its_place_change_when_a_job_of_another_user_is_handed_back(
    world: World,
) -> None:
    ann, bob = await world.new_user("ann"), await world.new_user("bob")
    first = await world.submit(ann)
    world.clock.advance(seconds=1)  # ids of one millisecond are in any order
    second, of_bob = await world.submit(ann), await world.submit(bob)
    world.voice_faces.seconds = 60
    job = asyncio.create_task(world.run(first.latest_generation_id))
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    events = await world.watch(ann.id, second.id)
    before = await anext(events)
    assert isinstance(before, ProgressView)
    assert before.place == 2  # after bob's, since one of ann's runs
    job.cancel()
    await asyncio.wait({job})
    after = await anext(events)
    assert isinstance(after, ProgressView)
    assert after.place == 3
    assert (await world.show.job(bob.id, of_bob.id, of_bob.latest_generation_id)).place == 1


async def test_watching_ends_with_the_news_that_the_request_is_erased(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    events = await world.watch(user.id, request.id)
    await anext(events)
    await world.erase(user.id, request.id)
    assert [event async for event in events] == [Erased(request.id)]


async def test_a_watcher_follows_the_newest_result_when_the_one_before_it_failed_and_was_erased_at_once(
    world: World,
) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    for _ in range(QUOTAS.results - 1):
        await world.run()
        request = (
            await world.regenerate_faces(RegenerateFacesCommand(user_id=user.id, request_id=request.id))
        ).request
    events = await world.watch(user.id, request.id)
    await anext(events)
    read_request = world.views.request

    async def fail_once(*ids: str) -> RequestView | None:
        world.views.request = read_request  # type: ignore[method-assign]
        raise ServiceUnavailable("database")

    world.views.request = fail_once  # type: ignore[method-assign, assignment]
    await world.fail(request)
    newest = await world.regenerate(user.id, request.id)
    view = await anext(events)
    assert isinstance(view, ProgressView)
    assert (view.generation_id, view.state) == (newest.id, State.QUEUED)
    with pytest.raises(NotFound):
        await world.show.job(user.id, request.id, request.latest_generation_id)


async def test_all_watchers_of_a_process_share_one_query_a_tick(world: World) -> None:
    user = await world.new_user()
    requests = [await world.submit(user) for _ in range(5)]
    queries: list[int] = []
    progress = world.views.progress

    async def counting(ids: list[GenerationId]):  # type: ignore[no-untyped-def]
        queries.append(len(ids))
        return await progress(ids)

    world.views.progress = counting  # type: ignore[method-assign, assignment]
    streams = [await world.watch(user.id, request.id) for request in requests]
    for stream in streams:
        await anext(stream)
    waiting = [asyncio.ensure_future(anext(stream)) for stream in streams]
    while len(queries) < 3:
        await asyncio.sleep(0)
    assert queries[:3] == [5, 5, 5]
    for task in waiting:
        task.cancel()
    await asyncio.wait(waiting)
