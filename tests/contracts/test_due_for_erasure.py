"""What `UserRepository` and `RequestRepository` promise about what is due for erasure."""

from datetime import datetime, timedelta

import pytest

from databases.database import Database
from databases.examples import (
    MINUTE,
    NOON,
    SECOND,
    failed,
    finished,
    new_user,
    regenerated,
    reread,
    submitted,
)
from databases.statements import recorded_statements
from domain.face_request import FaceRequest
from domain.generation import Generation
from domain.ids import RequestId, UserId
from domain.retention import LONG_AGO, PastPeriods
from domain.user import User

DAY = timedelta(days=1)


async def due(
    database: Database,
    limit: int = 10,
    *,
    recordings: datetime = LONG_AGO,
    faces: datetime = LONG_AGO,
    failed: datetime = LONG_AGO,
) -> set[tuple[UserId, RequestId]]:
    past = PastPeriods(recordings=recordings, faces=faces, failed=failed)
    async with database.unit_of_work() as uow:
        return set(await uow.requests.due_for_erasure(past, limit))


def own(request: FaceRequest) -> tuple[UserId, RequestId]:
    return request.user_id, request.id


async def erase_parts(database: Database, request: FaceRequest, *generations: Generation) -> None:
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        locked.erase_recording(NOON)
        await uow.requests.save(locked)
        for one in generations:
            generation = await uow.generations.lock(one.id)
            assert generation is not None
            generation.erase_faces()
            await uow.generations.save(generation)
        await uow.commit()


async def test_recordings_are_due_from_when_they_were_sent_once_no_generation_needs_them(
    database: Database,
) -> None:
    done, generation = await submitted(database)
    await finished(database, generation, NOON + MINUTE)
    broken, other = await submitted(database)
    await failed(database, other, NOON + MINUTE)
    await submitted(database)
    again, first = await submitted(database)
    await finished(database, first, NOON + MINUTE)
    await regenerated(database, again, first)
    assert await due(database, recordings=NOON) == {own(done), own(broken)}
    assert await due(database, recordings=NOON - SECOND) == set()


async def test_faces_are_due_from_when_they_were_made_whatever_becomes_of_the_request(
    database: Database,
) -> None:
    request, generation = await submitted(database)
    await finished(database, generation, NOON + MINUTE)
    await regenerated(database, request, generation)
    await submitted(database)
    assert await due(database, faces=NOON) == set()
    assert await due(database, faces=NOON + MINUTE) == {own(request)}


async def test_failed_requests_are_due_from_when_their_newest_generation_failed(database: Database) -> None:
    request, generation = await submitted(database)
    await failed(database, generation, NOON + MINUTE)
    again, first = await submitted(database)
    await failed(database, first, NOON)
    await regenerated(database, again, first)
    with_faces, done = await submitted(database)
    await finished(database, done)
    await failed(database, await regenerated(database, with_faces, done), NOON + MINUTE)
    assert await due(database, failed=NOON) == set()
    assert await due(database, failed=NOON + MINUTE) == {own(request)}


async def test_what_is_erased_is_not_due_any_more(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    assert await due(database, recordings=NOON, faces=NOON) == {own(request)}
    await erase_parts(database, request, generation)
    assert await due(database, recordings=NOON, faces=NOON, failed=NOON) == set()


async def test_no_more_requests_are_returned_than_asked_for(database: Database) -> None:
    for _ in range(3):
        _, generation = await submitted(database)
        await finished(database, generation)
    assert len(await due(database, 2, recordings=NOON, faces=NOON)) == 2


async def test_an_erased_recording_and_erased_faces_are_read_as_they_were_saved(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    await erase_parts(database, request, generation)
    view = await database.views.request(request.user_id, request.id)
    assert view is not None
    assert (view.voice_key, view.faces_made_at, view.finished_at) == (None, None, NOON)
    assert (await reread(database, generation)).faces is None
    result = await database.views.result(request.user_id, request.id, generation.id)
    assert result is not None
    assert (result.faces, result.finished_at) == (None, NOON)
    async with database.unit_of_work() as uow:
        usage = await uow.usages.of(request.user_id, NOON)
        assert await uow.blob_references.unreferenced({"voices/1.webm"}) == {"voices/1.webm"}
    assert usage.stored_bytes == 0


async def test_a_view_tells_when_the_newest_faces_were_made_unless_new_ones_are_being_made(
    database: Database,
) -> None:
    request, first = await submitted(database)
    views = database.views

    async def faces_made_at() -> datetime | None:
        view = await views.request(request.user_id, request.id)
        assert view is not None
        assert [view] == list(await views.requests(request.user_id))
        return view.faces_made_at

    assert await faces_made_at() is None
    await finished(database, first, NOON + SECOND)
    assert await faces_made_at() == NOON + SECOND
    second = await regenerated(database, request, first)
    assert await faces_made_at() is None
    await failed(database, second, NOON + 2 * MINUTE)
    assert await faces_made_at() == NOON + SECOND
    third = await regenerated(database, request, second)
    await finished(database, third, NOON + 3 * MINUTE)
    assert await faces_made_at() == NOON + 3 * MINUTE


async def test_a_failed_request_without_faces_has_none(database: Database) -> None:
    request, generation = await submitted(database)
    await failed(database, generation)
    view = await database.views.request(request.user_id, request.id)
    assert view is not None
    assert view.faces_made_at is None


async def stored(database: Database, seen: datetime, erase_at: datetime | None, *, guest: bool) -> User:
    user = new_user()
    user.last_seen_at, user.erase_at = seen, erase_at
    if guest:
        user.email = user.password_hash = None
    async with database.unit_of_work() as uow:
        await uow.users.add(user)
        await uow.commit()
    return user


async def test_users_are_found_by_when_they_were_here_and_when_they_are_to_be_erased(
    database: Database,
) -> None:
    idle = await stored(database, NOON, None, guest=False)
    await stored(database, NOON + SECOND, None, guest=False)
    told = await stored(database, NOON, NOON + DAY, guest=False)
    back = await stored(database, NOON + SECOND, NOON + 2 * DAY, guest=False)
    await stored(database, NOON, None, guest=True)
    guest = await stored(database, NOON + SECOND, NOON + DAY, guest=True)
    async with database.unit_of_work() as uow:
        assert await uow.users.idle(NOON, 10) == [idle.id]
        assert await uow.users.idle(NOON - SECOND, 10) == []
        assert await uow.users.came_back(NOON, 10) == [back.id]
        assert set(await uow.users.came_back(LONG_AGO, 10)) == {told.id, back.id}
        assert set(await uow.users.due_for_erasure(NOON + DAY, 10)) == {told.id, guest.id}
        assert await uow.users.due_for_erasure(NOON + DAY - SECOND, 10) == []
        assert len(await uow.users.due_for_erasure(NOON + 2 * DAY, 2)) == 2


@pytest.mark.parametrize("database_url", ["sqlite", "mysql"], indirect=True)
async def test_what_is_due_is_found_in_one_statement(database: Database) -> None:
    for _ in range(3):
        _, generation = await submitted(database)
        await finished(database, generation)
    with recorded_statements(*database.engines) as statements:
        assert len(await due(database, recordings=NOON, faces=NOON)) == 3
    assert len(statements) == 1
