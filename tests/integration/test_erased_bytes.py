"""What a user erases is not in the files of SQLite any more."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from adapters.sql import upgrade
from databases.database import Database, sql_database
from databases.examples import NOON, finished, stored_user, submitted
from domain.face_request import FaceRequest
from domain.feedback import Survey

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
