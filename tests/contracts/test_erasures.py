"""What every `ErasureRepository` promises."""

from datetime import timedelta

from databases.database import Database
from databases.examples import MINUTE, NOON, SECOND
from domain.erasure import LOOK_EVERY, Erasure

STOPS_WITHIN = timedelta(seconds=50)


def new_erasure(*prefixes: str, due: timedelta = timedelta(0)) -> Erasure:
    erasure = Erasure.begin(prefixes or ("voices/1.flac", "faces/2/"), NOON, stops_within=STOPS_WITHIN)
    erasure.due_at = NOON + due
    return erasure


async def added(database: Database, *erasures: Erasure) -> None:
    async with database.unit_of_work() as uow:
        await uow.erasures.add(erasures)
        await uow.commit()


async def due(database: Database, after: timedelta = timedelta(0), limit: int = 10) -> list[Erasure]:
    async with database.unit_of_work() as uow:
        return list(await uow.erasures.lock_due(NOON + after, limit))


async def test_an_erasure_is_read_as_it_was_saved(database: Database) -> None:
    erasure = new_erasure()
    await added(database, erasure)
    async with database.unit_of_work() as uow:
        (found,) = await uow.erasures.lock_due(NOON, 10)
        assert vars(found) == vars(erasure)
        found.look(NOON)
        found.record_look(NOON + MINUTE)
        await uow.erasures.save(found)
        await uow.commit()
    assert await due(database) == []
    (again,) = await due(database, LOOK_EVERY)
    assert vars(again) == vars(found)
    async with database.unit_of_work() as uow:
        locked = await uow.erasures.lock(erasure.id)
        assert locked is not None
        assert vars(locked) == vars(found)


async def test_no_erasures_can_be_added(database: Database) -> None:
    await added(database)
    assert await due(database) == []


async def test_those_that_are_due_longest_come_first_and_no_more_than_asked_for(database: Database) -> None:
    third, first, second = (new_erasure(due=-seconds * SECOND) for seconds in (1, 3, 2))
    await added(database, third, first, second, new_erasure(due=SECOND))
    assert [one.id for one in await due(database, limit=2)] == [first.id, second.id]


async def test_one_that_another_transaction_has_locked_is_skipped(database: Database) -> None:
    if database.engines and database.engines[0].dialect.name == "sqlite":
        return  # its units of work wait for each other
    one, two = new_erasure(), new_erasure()
    await added(database, one, two)
    async with database.unit_of_work() as uow:
        (locked,) = await uow.erasures.lock_due(NOON, 1)
        assert [each.id for each in await due(database)] == [({one.id, two.id} - {locked.id}).pop()]


async def test_what_the_files_have_forgotten_is_recorded_and_a_finished_one_is_ignored(
    database: Database,
) -> None:
    one, two, finished = new_erasure(), new_erasure(), new_erasure()
    await added(database, one, two, finished)
    async with database.unit_of_work() as uow:
        assert set(await uow.erasures.not_forgotten()) == {one.id, two.id, finished.id}
        locked = await uow.erasures.lock(finished.id)
        assert locked is not None
        await uow.erasures.remove(locked)
        await uow.erasures.forget([one.id, finished.id])
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert list(await uow.erasures.not_forgotten()) == [two.id]
        assert await uow.erasures.lock(finished.id) is None
        locked = await uow.erasures.lock(one.id)
    assert locked is not None
    assert locked.is_forgotten
