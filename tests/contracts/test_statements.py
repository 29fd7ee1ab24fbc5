"""How many statements each view and each use costs, for any number of rows."""

from collections.abc import Awaitable, Callable

import pytest

from application.requests.count_generation import count_generation
from databases.database import Database
from databases.examples import MINUTE, NOON, QUOTAS, finished, new_request, stored_user, submitted
from databases.statements import recorded_statements
from domain.face_request import FaceRequest
from domain.feedback import Survey
from domain.generation import Generation
from domain.user import User

on_databases = pytest.mark.parametrize("database_url", ["sqlite", "mysql"], indirect=True)

Read = Callable[[Database, FaceRequest, Generation], Awaitable[object]]

READS: dict[str, Read] = {
    "list": lambda database, request, _: database.views.requests(request.user_id),
    "page": lambda database, request, _: database.views.requests(request.user_id, 5, request.id),
    "one": lambda database, request, _: database.views.request(request.user_id, request.id),
    "result": lambda database, request, one: database.views.result(request.user_id, request.id, one.id),
    "job": lambda database, request, one: database.views.job(request.user_id, request.id, one.id),
    "watch": lambda database, _, one: database.views.progress([one.id, one.id]),
    "check": lambda database, *_: database.views.check(),
}


@on_databases
@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize("rows", [1, 9])
async def test_every_view_is_one_statement(database: Database, read: Read, rows: int) -> None:
    user = await stored_user(database)
    for _ in range(rows):
        request, generation = await submitted(database, user)
    with recorded_statements(*database.engines) as statements:
        await read(database, request, generation)
    assert len(statements) == 1


async def submit(database: Database, user: User) -> None:
    request, generation = new_request(user)
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        await count_generation(uow, QUOTAS, user.id, generation, opens=True)
        await uow.requests.add(request)
        await uow.generations.add(generation)
        await uow.commit()


@on_databases
async def test_submitting_is_six_statements(database: Database) -> None:
    user = await stored_user(database)
    with recorded_statements(*database.engines) as statements:
        await submit(database, user)
    assert [statement.split()[0] for statement in statements] == [
        *("SELECT", "SELECT", "INSERT", "INSERT", "INSERT"),
        "UPDATE",  # the turn of the user
    ]


@on_databases
async def test_a_heartbeat_is_two_statements(database: Database) -> None:
    _, generation = await submitted(database)
    with recorded_statements(*database.engines) as statements:
        async with database.unit_of_work() as uow:
            locked = await uow.generations.lock(generation.id)
            assert locked is not None
            await uow.generations.save(locked)
            await uow.commit()
    assert [statement.split()[0] for statement in statements] == ["SELECT", "UPDATE"]


@on_databases
async def test_erasing_a_request_is_two_statements_after_its_lock_whatever_belongs_to_it(
    database: Database,
) -> None:
    request, generation = await submitted(database)
    await finished(database, generation)
    async with database.unit_of_work() as uow:
        await uow.generations.lock(generation.id)
        await uow.surveys.save(Survey.answer(generation.id, {}, NOON))
        await uow.commit()
    with recorded_statements(*database.engines) as statements:
        async with database.unit_of_work() as uow:
            locked = await uow.requests.lock(request.user_id, request.id)
            assert locked is not None
            await uow.requests.remove(locked)
            await uow.commit()
    assert [statement.split()[0] for statement in statements] == ["SELECT", "DELETE", "UPDATE"]


@on_databases
async def test_looking_for_orphans_is_three_statements_however_many_keys(database: Database) -> None:
    await submitted(database)
    with recorded_statements(*database.engines) as statements:
        async with database.unit_of_work() as uow:
            await uow.blob_references.unreferenced([f"voices/{count}.webm" for count in range(200)])
    assert len(statements) == 3


@on_databases
async def test_asking_for_a_task_that_is_not_due_is_one_statement(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.tasks.take("sweep", NOON, MINUTE)
        await uow.commit()
    with recorded_statements(*database.engines) as statements:
        async with database.unit_of_work() as uow:
            assert not await uow.tasks.take("sweep", NOON, MINUTE)
    assert len(statements) == 1
