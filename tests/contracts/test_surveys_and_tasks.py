"""What the repositories of surveys and of housekeeping tasks promise."""

import asyncio

import pytest

from databases.database import Database
from databases.examples import MINUTE, NOON, SECOND, finished, submitted
from domain.feedback import QUESTIONS, Survey
from domain.generation import Generation
from domain.ids import GenerationId

HOUR = 60 * MINUTE


async def finished_generation(database: Database) -> Generation:
    _, generation = await submitted(database)
    return await finished(database, generation)


async def answer(database: Database, survey: Survey) -> None:
    async with database.unit_of_work() as uow:
        await uow.generations.lock(survey.generation_id)
        await uow.surveys.save(survey)
        await uow.commit()


async def find(database: Database, generation: Generation) -> Survey | None:
    async with database.unit_of_work() as uow:
        return await uow.surveys.find(generation.id)


async def test_a_survey_is_read_as_it_was_saved(database: Database) -> None:
    generation = await finished_generation(database)
    answers = dict.fromkeys(QUESTIONS, "0, 2 — «schön» 🙂\n") | {"opinion": "x" * 2000, "user_phone": ""}
    survey = Survey.answer(generation.id, answers, NOON)
    await answer(database, survey)
    found = await find(database, generation)
    assert found is not None
    assert vars(found) == vars(survey)


async def test_new_answers_replace_the_old_ones(database: Database) -> None:
    generation = await finished_generation(database)
    first = Survey.answer(generation.id, {"opinion": "good", "waiting": "2"}, NOON)
    await answer(database, first)
    async with database.unit_of_work() as uow:
        await uow.generations.lock(generation.id)
        survey = await uow.surveys.find(generation.id)
        assert survey is not None
        survey.replace({"opinion": "better"}, NOON + MINUTE)
        await uow.surveys.save(survey)
        await uow.commit()
    found = await find(database, generation)
    assert found is not None
    assert (found.id, found.answers) == (first.id, {"opinion": "better"})
    assert found.answered_at == NOON + MINUTE


async def test_a_survey_without_answers_is_none(database: Database) -> None:
    generation = await finished_generation(database)
    assert await find(database, generation) is None
    async with database.unit_of_work() as uow:
        assert await uow.surveys.find(GenerationId("unknown")) is None


async def take(database: Database, name: str = "sweep", seconds: int = 0) -> bool:
    async with database.unit_of_work() as uow:
        taken = await uow.tasks.take(name, NOON + seconds * SECOND, MINUTE)
        await uow.commit()
    return taken


async def test_a_task_is_taken_once_in_each_period(database: Database) -> None:
    assert [await take(database, seconds=at) for at in (0, 1, 59, 60, 61, 200)] == [
        *(True, False, False),
        *(True, False, True),
    ]


async def test_each_task_has_its_own_periods(database: Database) -> None:
    assert await take(database, "sweep")
    assert await take(database, "dust")
    assert not await take(database, "sweep", 1)


async def test_a_task_that_was_taken_without_commit_can_be_taken_again(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.tasks.take("sweep", NOON, MINUTE)
    assert await take(database)


@pytest.mark.parametrize("taken_before", [False, True])
async def test_of_many_processes_that_want_a_task_at_once_one_takes_it(
    database: Database, taken_before: bool
) -> None:
    if taken_before:
        assert await take(database, seconds=-3600)
    outcomes = await asyncio.gather(*(take(database) for _ in range(8)))
    assert sorted(outcomes) == [False] * 7 + [True]
