"""What every `RequestRepository` promises."""

from dataclasses import replace

from databases.database import Database
from databases.examples import MINUTE, NOON, failed, finished, reread, stored_user, submitted
from domain.face_request import FaceRequest
from domain.feedback import Survey
from domain.generation import Generation
from domain.ids import RequestId, UserId
from domain.usage import Usage
from domain.voice import Gender, Person


async def test_a_request_is_read_as_it_was_saved(database: Database) -> None:
    request, _ = await submitted(database)
    async with database.unit_of_work() as uow:
        for found in (
            await uow.requests.get(request.id),
            await uow.requests.lock(request.user_id, request.id),
        ):
            assert found is not None
            assert vars(found) == vars(request)


async def test_saved_changes_of_a_request_are_read_again(database: Database) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        newer = locked.regenerate(generation, NOON + MINUTE)
        locked.person = Person(77, Gender.WOMAN)
        locked.voice = replace(locked.voice, key="voices/other.wav")
        await uow.generations.add(newer)
        await uow.requests.save(locked)
        await uow.commit()
    async with database.unit_of_work() as uow:
        found = await uow.requests.get(request.id)
    assert found is not None
    assert vars(found) == vars(locked)
    assert found.latest_generation_id == newer.id


async def test_a_request_of_another_user_cannot_be_locked(database: Database) -> None:
    request, _ = await submitted(database)
    stranger = await stored_user(database)
    async with database.unit_of_work() as uow:
        assert await uow.requests.lock(stranger.id, request.id) is None
        assert await uow.requests.lock(UserId("unknown"), request.id) is None


async def test_an_unknown_request_is_none(database: Database) -> None:
    user = await stored_user(database)
    async with database.unit_of_work() as uow:
        assert await uow.requests.get(RequestId("unknown")) is None
        assert await uow.requests.lock(user.id, RequestId("ünknown")) is None
        assert await uow.usages.of(UserId("unknown"), NOON) == Usage()


async def test_erasing_a_request_erases_its_generations_and_surveys(database: Database) -> None:
    request, newest = await submitted(database)
    other, other_generation = await submitted(database)
    generations = [newest]
    for _ in range(3):
        newest = await surveyed_and_generated_again(database, request, newest)
        generations.append(newest)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        await uow.requests.remove(locked)
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert await uow.requests.get(request.id) is None
        assert await uow.generations.lock_of_request(request.id) == []
        for generation in generations:
            assert await uow.generations.lock(generation.id) is None
            assert await uow.surveys.find(generation.id) is None
        assert await uow.requests.get(other.id) is not None
        assert await uow.generations.lock(other_generation.id) is not None


async def surveyed_and_generated_again(
    database: Database, request: FaceRequest, generation: Generation
) -> Generation:
    await finished(database, generation)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        await uow.generations.lock(generation.id)
        await uow.surveys.save(Survey.answer(generation.id, {"opinion": "gut"}, NOON))
        newer = locked.regenerate(generation, NOON)
        await uow.generations.add(newer)
        await uow.requests.save(locked)
        await uow.commit()
    return newer


async def test_erasing_without_commit_is_undone(database: Database) -> None:
    request, generation = await submitted(database)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        await uow.requests.remove(locked)
        assert await uow.generations.lock(generation.id) is None
    assert vars(await reread(database, generation)) == vars(generation)


async def test_a_request_counts_as_open_unless_its_newest_generation_has_failed(database: Database) -> None:
    user = await stored_user(database)
    await submitted(database, user)
    _, succeeded = await submitted(database, user)
    _, broken = await submitted(database, user)
    await submitted(database)
    await finished(database, succeeded)
    await failed(database, broken)
    async with database.unit_of_work() as uow:
        assert (await uow.usages.of(user.id, NOON)).open_requests == 2


async def test_a_failed_request_that_is_generated_again_counts_as_open(database: Database) -> None:
    request, generation = await submitted(database)
    await failed(database, generation)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        assert (await uow.usages.of(request.user_id, NOON)).open_requests == 0
        await uow.generations.add(locked.regenerate(generation, NOON + MINUTE))
        await uow.requests.save(locked)
        assert (await uow.usages.of(request.user_id, NOON)).open_requests == 1
