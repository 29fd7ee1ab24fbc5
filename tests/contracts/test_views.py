"""What every `Views` promises."""

from datetime import datetime

from application.ports.views import FacePreview
from databases.database import Database
from databases.examples import (
    LEASE,
    MINUTE,
    NOON,
    RATING,
    SECOND,
    WISHES,
    example_faces,
    failed,
    finished,
    regenerated,
    saved,
    stored_user,
    submitted,
)
from domain.feedback import FaceKind, Survey, first_face
from domain.generation import State
from domain.ids import GenerationId, RequestId, UserId


async def test_a_list_shows_a_request_with_its_newest_generation(database: Database) -> None:
    request, generation = await submitted(database)
    (view,) = await database.views.requests(request.user_id)
    assert (view.id, view.person) == (request.id, request.person)
    assert (view.voice_key, view.voice_media_type) == (request.voice.key, "audio/webm")
    assert (view.state, view.latest_generation_id) == (State.QUEUED, generation.id)
    assert (view.created_at, view.updated_at, view.finished_at) == (NOON, NOON, None)
    assert view == await database.views.request(request.user_id, request.id)


async def test_a_request_counts_as_updated_when_its_generation_has_ended(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation, NOON + MINUTE)
    (view,) = await database.views.requests(request.user_id)
    assert (view.state, view.finished_at, view.updated_at) == (
        State.SUCCEEDED,
        NOON + MINUTE,
        NOON + MINUTE,
    )


async def test_a_list_shows_how_far_the_newest_generation_is(database: Database) -> None:
    request, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    generation.record_heartbeat(1, "filming", 61, NOON, LEASE)
    await saved(database, generation)
    (view,) = await database.views.requests(request.user_id)
    assert (view.state, view.stage, view.percent) == (State.RUNNING, "filming", 61)
    assert (view.voice_face, view.condition_face, view.failure) == (None, None, None)
    generation.record_fault(1, "Es ging nicht.", NOON + MINUTE, retryable=False)
    await saved(database, generation)
    (view,) = await database.views.requests(request.user_id)
    assert (view.state, view.stage, view.failure) == (State.FAILED, None, "Es ging nicht.")


async def test_a_list_shows_the_newest_faces_and_whether_both_are_rated(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    faces = example_faces(generation)
    (view,) = await database.views.requests(request.user_id)
    assert view.voice_face == FacePreview(portrait=faces.voice.portrait, loop=faces.voice.loop)
    assert view.condition_face == FacePreview(portrait=faces.condition.portrait, loop=None)
    assert (view.percent, view.is_rated) == (100, False)
    for kind in FaceKind:
        generation.voice_rating = generation.condition_rating = None
        generation.rate(kind, RATING, NOON + MINUTE)
        await saved(database, generation)
        (view,) = await database.views.requests(request.user_id)
        assert not view.is_rated
    for kind in FaceKind:
        generation.rate(kind, RATING, NOON + MINUTE)
    await saved(database, generation)
    (view,) = await database.views.requests(request.user_id)
    assert view.is_rated
    generation.erase_faces()
    await saved(database, generation)
    (view,) = await database.views.requests(request.user_id)
    assert (view.voice_face, view.condition_face, view.is_rated) == (None, None, True)


async def test_a_list_shows_the_new_generation_of_a_request_that_is_generated_again(
    database: Database,
) -> None:
    request, generation = await submitted(database)
    await failed(database, generation, NOON + MINUTE)
    newer = await regenerated(database, request, generation, NOON + 2 * MINUTE)
    (view,) = await database.views.requests(request.user_id)
    assert (view.state, view.latest_generation_id) == (State.QUEUED, newer.id)
    assert (view.updated_at, view.finished_at) == (NOON + 2 * MINUTE, None)
    assert (view.shown_generation_id, view.voice_face) == (newer.id, None)


async def test_a_list_shows_the_earlier_faces_until_there_are_newer_ones(database: Database) -> None:
    request, first = await submitted(database)

    async def shown() -> tuple[State, GenerationId, bool, bool]:
        (view,) = await database.views.requests(request.user_id)
        assert view == await database.views.request(request.user_id, request.id)
        assert view.first == first_face(view.shown_generation_id)
        return view.state, view.shown_generation_id, view.voice_face is not None, view.is_rated

    await finished(database, first)
    for kind in FaceKind:
        first.rate(kind, RATING, NOON)
    await saved(database, first)
    second = await regenerated(database, request, first)
    assert await shown() == (State.QUEUED, first.id, True, True)
    await failed(database, second, NOON + 2 * MINUTE)
    assert await shown() == (State.FAILED, first.id, True, True)
    third = await regenerated(database, request, second)
    assert await shown() == (State.QUEUED, first.id, True, True)
    await finished(database, third, NOON + 3 * MINUTE)
    assert await shown() == (State.SUCCEEDED, third.id, True, False)


async def test_a_list_shows_all_requests_of_the_user_newest_first(database: Database) -> None:
    user = await stored_user(database)
    requests = [(await submitted(database, user))[0].id for _ in range(3)]
    await submitted(database)
    assert [view.id for view in await database.views.requests(user.id)] == requests[::-1]
    assert await database.views.requests(UserId("unknown")) == []


async def test_a_list_can_be_read_page_by_page(database: Database) -> None:
    user = await stored_user(database)
    newest_first = [(await submitted(database, user))[0].id for _ in range(5)][::-1]
    views = database.views
    assert [view.id for view in await views.requests(user.id, 2)] == newest_first[:2]
    assert [view.id for view in await views.requests(user.id, 2, newest_first[1])] == newest_first[2:4]
    assert [view.id for view in await views.requests(user.id, 2, newest_first[3])] == newest_first[4:]
    assert [view.id for view in await views.requests(user.id, before=newest_first[0])] == newest_first[1:]
    assert await views.requests(user.id, 2, newest_first[-1]) == []


async def test_a_result_shows_faces_ratings_and_survey(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    own = request.user_id, request.id, generation.id
    fresh = await database.views.result(*own)
    assert fresh is not None
    assert (fresh.id, fresh.request_id, fresh.state) == (generation.id, request.id, State.SUCCEEDED)
    assert (fresh.faces, fresh.wishes) == (example_faces(generation), WISHES)
    assert (fresh.voice_rating, fresh.condition_rating, fresh.surveyed, fresh.feedback_at) == (
        *(None, None),
        *(False, None),
    )
    generation.rate(FaceKind.VOICE, RATING, NOON + MINUTE)
    await saved(database, generation)
    async with database.unit_of_work() as uow:
        await uow.generations.lock(generation.id)
        await uow.surveys.save(Survey.answer(generation.id, {}, NOON))
        await uow.commit()
    rated = await database.views.result(*own)
    assert rated is not None
    assert (rated.voice_rating, rated.condition_rating, rated.surveyed) == (RATING, None, True)
    assert (rated.created_at, rated.feedback_at) == (NOON, NOON + MINUTE)


async def test_an_unfinished_result_has_no_faces_and_a_failed_one_a_reason(database: Database) -> None:
    request, generation = await submitted(database)
    own = request.user_id, request.id, generation.id
    unfinished = await database.views.result(*own)
    assert unfinished is not None
    assert (unfinished.faces, unfinished.failure) == (None, None)
    await failed(database, generation)
    broken = await database.views.result(*own)
    assert broken is not None
    assert (broken.faces, broken.failure) == (None, "Es ging nicht.")


async def test_the_results_of_a_request_are_shown_newest_first_as_each_by_itself(database: Database) -> None:
    request, first = await submitted(database)
    await finished(database, first)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        await uow.generations.add(again := locked.regenerate(first, NOON + MINUTE))
        await uow.requests.save(locked)
        await uow.commit()
    await submitted(database)
    shown = await database.views.results(request.user_id, request.id)
    own = [await database.views.result(request.user_id, request.id, one.id) for one in (again, first)]
    assert shown == own


async def test_a_voice_face_can_be_shown_to_all_until_it_is_erased(database: Database) -> None:
    _, generation = await submitted(database)
    assert await database.views.shared_face(generation.id) is None
    await finished(database, generation)
    assert await database.views.shared_face(generation.id) == example_faces(generation).voice
    assert await database.views.shared_face(GenerationId("unknown")) is None
    generation.erase_faces()
    await saved(database, generation)
    assert await database.views.shared_face(generation.id) is None


async def test_a_voice_face_is_not_shown_to_all_while_consent_is_withdrawn(database: Database) -> None:
    user = await stored_user(database)
    (request, generation), (_, other) = await submitted(database, user), await submitted(database, user)
    for one in (generation, other):
        await finished(database, one)

    async def withdraw(of_account: datetime | None, of_request: datetime | None) -> None:
        async with database.unit_of_work() as uow:
            locked = await uow.users.lock(user.id)
            own = await uow.requests.lock(user.id, request.id)
            assert locked is not None
            assert own is not None
            locked.consent_withdrawn_at, own.consent_withdrawn_at = of_account, of_request
            await uow.users.save(locked)
            await uow.requests.save(own)
            await uow.commit()

    async def shown() -> list[bool]:
        return [await database.views.shared_face(one.id) is not None for one in (generation, other)]

    await withdraw(None, NOON)
    assert await shown() == [False, True]
    await withdraw(NOON, None)
    assert await shown() == [False, False]
    await withdraw(None, None)
    assert await shown() == [True, True]


async def test_requests_and_results_of_another_user_are_not_shown(database: Database) -> None:
    request, generation = await submitted(database)
    other, other_generation = await submitted(database)
    views = database.views
    assert await views.request(other.user_id, request.id) is None
    for own in (
        (other.user_id, request.id, generation.id),
        (request.user_id, request.id, other_generation.id),
        (request.user_id, other.id, generation.id),
        (request.user_id, RequestId("ünknown"), generation.id),
        (request.user_id, request.id, GenerationId("unknown")),
    ):
        assert await views.result(*own) is None
        assert await views.job(*own) is None
    for user_id, request_id in ((other.user_id, request.id), (request.user_id, RequestId("unknown"))):
        assert await views.results(user_id, request_id) == []


async def test_places_in_the_queue_are_in_the_order_of_due_times(database: Database) -> None:
    user = await stored_user(database)
    third, first, second, taken = [
        (await submitted(database, user, NOON + seconds * SECOND))[1] for seconds in (2, 0, 1, 0)
    ]
    taken.claim(NOON, LEASE)
    await saved(database, taken)
    progress = await database.views.progress([one.id for one in (first, second, third, taken)])
    assert [progress[one.id].place for one in (first, second, third, taken)] == [1, 2, 3, None]


async def test_places_of_generations_with_the_same_due_time_are_in_the_order_of_ids(
    database: Database,
) -> None:
    user = await stored_user(database)
    queued = [(await submitted(database, user))[1].id for _ in range(3)]
    progress = await database.views.progress(queued)
    assert [progress[one].place for one in sorted(queued)] == [1, 2, 3]


async def test_progress_shows_stage_percent_attempt_and_outcome(database: Database) -> None:
    request, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    generation.record_heartbeat(1, "filming", 61, NOON, LEASE)
    await saved(database, generation)
    view = await database.views.job(request.user_id, request.id, generation.id)
    assert view is not None
    assert (view.state, view.stage, view.percent, view.attempt) == (State.RUNNING, "filming", 61, 1)
    assert (view.place, view.failure, view.finished_at) == (None, None, None)
    generation.record_fault(1, "Es ging nicht.", NOON + MINUTE, retryable=False)
    await saved(database, generation)
    ended = await database.views.job(request.user_id, request.id, generation.id)
    assert ended is not None
    assert (ended.state, ended.stage, ended.percent) == (State.FAILED, None, 61)
    assert (ended.failure, ended.finished_at) == ("Es ging nicht.", NOON + MINUTE)


async def test_polling_and_watching_show_the_same_progress(database: Database) -> None:
    user = await stored_user(database)
    await submitted(database, user)
    request, generation = await submitted(database, user)
    watched = await database.views.progress([generation.id, GenerationId("erased")])
    polled = await database.views.job(user.id, request.id, generation.id)
    assert watched == {generation.id: polled}
    assert await database.views.progress([]) == {}


async def test_views_answer_while_a_unit_of_work_holds_its_locks(database: Database) -> None:
    request, generation = await submitted(database)
    async with database.unit_of_work() as uow:
        await uow.users.lock(request.user_id)
        locked = await uow.generations.lock(generation.id)
        assert locked is not None
        locked.claim(NOON, LEASE)
        await uow.generations.save(locked)
        (view,) = await database.views.requests(request.user_id)
        assert view.state is State.QUEUED
        await uow.commit()
    (view,) = await database.views.requests(request.user_id)
    assert view.state is State.RUNNING


async def test_a_database_that_answers_passes_the_check(database: Database) -> None:
    await database.views.check()
