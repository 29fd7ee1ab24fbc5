"""What a user erases is not in the files of SQLite any more."""

import asyncio
import resource
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from adapters.sql import SqlDatabaseFiles, upgrade
from application.errors import ServiceUnavailable
from databases.database import Database, sql_database
from databases.examples import NOON, finished, new_user, stored_user, submitted
from domain.face_request import FaceRequest
from domain.feedback import Survey
from domain.user import User

PHONE = "+82-10-5555-0123"
LONG_ANSWER = "I sound like my uncle Theodore. " * 60  # three of them do not fit into one page


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    file = tmp_path / "voice2face.db"
    await asyncio.to_thread(upgrade, f"sqlite:///{file}")
    return file


@pytest.fixture
async def database(file: Path) -> AsyncIterator[Database]:
    async with sql_database(f"sqlite:///{file}") as database:
        yield database


async def answered(database: Database) -> FaceRequest:
    """Store a request with a result and a survey."""
    request, generation = await submitted(database)
    await finished(database, generation)
    answers = dict.fromkeys(("opinion", "dissatisfy_reason", "additional_function"), LONG_ANSWER)
    survey = Survey.answer(generation.id, answers | {"user_phone": PHONE}, NOON)
    async with database.unit_of_work() as uow:
        await uow.surveys.save(survey)
        await uow.commit()
    return request


async def erase(database: Database, request: FaceRequest) -> None:
    async with database.unit_of_work() as uow:
        await uow.requests.remove(request)
        await uow.commit()


async def erase_result(database: Database, request: FaceRequest) -> None:
    """Erase the result alone, as making faces again does with those that are too many."""
    async with database.unit_of_work() as uow:
        (generation,) = await uow.generations.lock_of_request(request.id)
        await uow.generations.remove(generation)
        await uow.commit()


def stored_bytes(file: Path) -> bytes:
    """Return all that is in the database and in the log beside it."""
    return b"".join(path.read_bytes() for path in file.parent.iterdir() if path.name.startswith(file.name))


def is_stored(file: Path) -> bool:
    content = stored_bytes(file)
    return PHONE.encode() in content or b"Theodore" in content


@pytest.mark.parametrize("erase_survey", [erase, erase_result])
async def test_an_erased_survey_is_in_no_file(
    database: Database, file: Path, erase_survey: Callable[[Database, FaceRequest], Awaitable[None]]
) -> None:
    request = await answered(database)
    assert is_stored(file)
    await erase_survey(database, request)
    assert not is_stored(file)


async def test_after_a_reader_prevented_that_the_next_unit_of_work_does_it(
    database: Database, file: Path
) -> None:
    request = await answered(database)
    reader = sqlite3.connect(file)
    reading = reader.execute("SELECT 1 FROM surveys UNION SELECT 2")
    reading.fetchone()  # holds its view of the database until it has read all
    await erase(database, request)
    assert is_stored(file)
    reading.close()
    reader.close()
    await stored_user(database)
    assert not is_stored(file)


def address(number: int) -> str:
    return f"user-{number * 7919 % 1000:03}-{'x' * (number % 60)}@example.org"


async def erase_user(database: Database, user: User) -> None:
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        await uow.users.remove(user)
        await uow.commit()


async def test_of_hundreds_of_erased_users_no_address_is_in_any_file_and_those_of_others_are(
    database: Database, file: Path
) -> None:
    """When rows come and go, SQLite moves others to new pages and leaves copies of them on the old ones."""
    users = []
    for number in range(600):
        user = new_user(address(number))
        async with database.unit_of_work() as uow:
            await uow.users.add(user)
            await uow.commit()
        users.append(user)
    erased = [user for number, user in enumerate(users) if number % 3]
    for user in erased:
        await erase_user(database, user)
    await SqlDatabaseFiles(database.engines[0]).forget_deleted()
    content = stored_bytes(file)
    assert not [user.email for user in erased if str(user.email).encode() in content]
    kept = [user for number, user in enumerate(users) if not number % 3]
    assert all(str(user.email).encode() in content for user in kept)


async def test_units_of_work_wait_while_the_file_is_rewritten_and_views_do_not(
    database: Database, file: Path
) -> None:
    user = await stored_user(database)
    files = SqlDatabaseFiles(database.engines[0])
    rewriting = [asyncio.create_task(files.forget_deleted()) for _ in range(3)]
    await asyncio.gather(
        *(stored_user(database) for _ in range(20)), *(database.views.requests(user.id) for _ in range(20))
    )
    await asyncio.gather(*rewriting)


async def test_while_a_reader_uses_the_log_the_file_is_not_rid_of_what_was_erased_and_says_so(
    database: Database, file: Path
) -> None:
    user = await stored_user(database)
    reader = sqlite3.connect(file)
    reading = reader.execute("SELECT id FROM users UNION SELECT 2")
    reading.fetchone()
    await erase_user(database, user)
    engine = database.engines[0]
    async with engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with pytest.raises(ServiceUnavailable):
        await SqlDatabaseFiles(engine).forget_deleted()
    reading.close()
    reader.close()
    await SqlDatabaseFiles(engine).forget_deleted()
    assert str(user.email).encode() not in stored_bytes(file)


async def test_a_disk_that_is_full_leaves_the_file_as_it_was(database: Database, file: Path) -> None:
    request = await answered(database)
    engine = database.engines[0]
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limit[1]))
    try:
        with pytest.raises(ServiceUnavailable):
            await SqlDatabaseFiles(engine).forget_deleted()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert await database.views.request(request.user_id, request.id) is not None
    await SqlDatabaseFiles(engine).forget_deleted()
