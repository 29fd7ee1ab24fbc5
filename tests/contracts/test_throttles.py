"""What every `ThrottleRepository` promises."""

import asyncio
from collections.abc import Collection
from dataclasses import replace

import pytest

from databases.database import Database
from databases.examples import MINUTE, NOON, SECOND
from domain.throttling import Throttle

KEYS = ("a" * 64, "b" * 64, "c" * 64)


async def read(database: Database, keys: Collection[str] = KEYS) -> dict[str, Throttle]:
    async with database.unit_of_work() as uow:
        return {one.key: one for one in await uow.throttles.read(keys)}


async def saved(database: Database, *throttles: Throttle) -> None:
    async with database.unit_of_work() as uow:
        await uow.throttles.lock([one.key for one in throttles], NOON)
        await uow.throttles.save(throttles)
        await uow.commit()


async def add_one(database: Database, keys: Collection[str]) -> None:
    async with database.unit_of_work() as uow:
        locked = await uow.throttles.lock(keys, NOON)
        await asyncio.sleep(0)
        await uow.throttles.save([replace(one, count=one.count + 1) for one in locked])
        await uow.commit()


async def removed_old(database: Database) -> int:
    async with database.unit_of_work() as uow:
        removed = await uow.throttles.remove_old(NOON, limit=2)
        await uow.commit()
    return removed


async def test_a_throttle_that_does_not_exist_is_not_read(database: Database) -> None:
    assert await read(database) == {}


async def test_a_throttle_that_does_not_exist_is_locked_with_a_count_of_zero(database: Database) -> None:
    async with database.unit_of_work() as uow:
        locked = await uow.throttles.lock(KEYS, NOON)
    assert sorted(locked, key=lambda one: one.key) == [Throttle(key, 0, NOON) for key in KEYS]
    assert await read(database) == {}


async def test_throttles_are_read_and_locked_as_they_were_saved(database: Database) -> None:
    throttles = [Throttle(KEYS[0], 3, NOON), Throttle(KEYS[1], 2_000_000_000, NOON + SECOND)]
    await saved(database, *throttles)
    assert await read(database) == {one.key: one for one in throttles}
    assert await read(database, KEYS[:1]) == {KEYS[0]: throttles[0]}
    async with database.unit_of_work() as uow:
        assert [throttles[1]] == list(await uow.throttles.lock(KEYS[1:2], NOON + MINUTE))


async def test_what_is_not_committed_is_undone(database: Database) -> None:
    await saved(database, Throttle(KEYS[0], 1, NOON))
    async with database.unit_of_work() as uow:
        await uow.throttles.lock(KEYS[:1], NOON)
        await uow.throttles.save([Throttle(KEYS[0], 2, NOON)])
    assert (await read(database))[KEYS[0]].count == 1


@pytest.mark.parametrize("first", [False, True])
async def test_of_many_tries_at_once_none_is_lost(database: Database, first: bool) -> None:
    if not first:
        await saved(database, *(Throttle(key, 0, NOON) for key in KEYS))
    orders = [KEYS, KEYS[::-1], KEYS[:2], KEYS[1:], KEYS[1::-1]]
    await asyncio.gather(*(add_one(database, orders[number % 5]) for number in range(40)))
    counts = {key: one.count for key, one in (await read(database)).items()}
    assert counts == dict(zip(KEYS, (32, 40, 24), strict=True))


async def test_a_try_is_taken_back_where_one_was_counted(database: Database) -> None:
    await saved(database, Throttle(KEYS[0], 2, NOON), Throttle(KEYS[1], 0, NOON))
    async with database.unit_of_work() as uow:
        await uow.throttles.take_back(KEYS)
        await uow.commit()
    found = await read(database)
    assert found == {KEYS[0]: Throttle(KEYS[0], 1, NOON), KEYS[1]: Throttle(KEYS[1], 0, NOON)}


async def test_tries_that_are_counted_and_taken_back_at_once_leave_the_count_as_it_was(
    database: Database,
) -> None:
    await saved(database, *(Throttle(key, 40, NOON) for key in KEYS))

    async def take_back() -> None:
        async with database.unit_of_work() as uow:
            await uow.throttles.take_back(KEYS[::-1])
            await uow.commit()

    await asyncio.gather(*(work for _ in range(20) for work in (add_one(database, KEYS), take_back())))
    assert {one.count for one in (await read(database)).values()} == {40}


async def test_removed_throttles_begin_anew(database: Database) -> None:
    await saved(database, Throttle(KEYS[0], 5, NOON), Throttle(KEYS[1], 6, NOON))
    async with database.unit_of_work() as uow:
        await uow.throttles.remove([KEYS[0], KEYS[2]])
        await uow.commit()
    assert set(await read(database)) == {KEYS[1]}
    async with database.unit_of_work() as uow:
        assert list(await uow.throttles.lock(KEYS[:1], NOON + MINUTE)) == [
            Throttle(KEYS[0], 0, NOON + MINUTE)
        ]


async def test_old_throttles_are_removed_a_limited_number_at_a_time(database: Database) -> None:
    old = [Throttle(f"{number:064}", 1, NOON - MINUTE) for number in range(3)]
    await saved(database, *old, Throttle(KEYS[0], 1, NOON))
    assert [await removed_old(database) for _ in range(3)] == [2, 1, 0]
    assert set(await read(database)) == {KEYS[0]}


async def test_an_old_throttle_that_is_tried_while_it_is_removed_stays(database: Database) -> None:
    await saved(database, Throttle(KEYS[0], 1, NOON - MINUTE))
    async with database.unit_of_work() as uow:
        await uow.throttles.lock(KEYS[:1], NOON)
        removal = asyncio.create_task(removed_old(database))
        await asyncio.sleep(0.2)  # on MySQL it has found the row by now and waits for it
        await uow.throttles.save([Throttle(KEYS[0], 2, NOON)])
        await uow.commit()
    assert await removal == 0
    assert await read(database) == {KEYS[0]: Throttle(KEYS[0], 2, NOON)}
