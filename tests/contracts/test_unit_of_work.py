"""What every `UnitOfWork` promises."""

import asyncio

import pytest

from application.errors import ServiceUnavailable
from databases.database import Database
from databases.examples import (
    LEASE,
    NOON,
    QUOTAS,
    new_request,
    new_user,
    reread,
    saved,
    stored_user,
    submitted,
)
from domain.errors import QuotaExceeded
from domain.generation import Generation
from domain.usage import Usage
from domain.user import User

MOMENT = 0.2  # seconds; a task that does not have to wait is done long before

row_locks = pytest.mark.parametrize("database_url", ["memory", "mysql"], indirect=True)
"""For tests that SQLite cannot run, where one unit of work runs at a time."""


async def test_committed_work_is_seen_by_the_next_unit_of_work(database: Database) -> None:
    user = await stored_user(database)
    async with database.unit_of_work() as uow:
        found = await uow.users.get(user.id)
    assert found is not None
    assert vars(found) == vars(user)


async def test_uncommitted_work_is_rolled_back(database: Database) -> None:
    user = new_user()
    async with database.unit_of_work() as uow:
        await uow.users.add(user)
    async with database.unit_of_work() as uow:
        assert await uow.users.get(user.id) is None


async def test_an_error_rolls_back_and_is_raised(database: Database) -> None:
    user = await stored_user(database)
    request, generation = new_request(user)

    async def submit_one_too_many() -> None:
        async with database.unit_of_work() as uow:
            await uow.requests.add(request)
            await uow.generations.add(generation)
            QUOTAS.require_room(Usage(open_requests=QUOTAS.open_requests), NOON)

    with pytest.raises(QuotaExceeded):
        await submit_one_too_many()
    async with database.unit_of_work() as uow:
        assert await uow.requests.get(request.id) is None
        assert await uow.generations.lock(generation.id) is None


async def test_changes_after_the_last_save_are_not_written(database: Database) -> None:
    _, generation = await submitted(database)
    async with database.unit_of_work() as uow:
        locked = await uow.generations.lock(generation.id)
        assert locked is not None
        locked.percent = 42
        await uow.commit()
    assert (await reread(database, generation)).percent == 0


async def test_only_the_unit_of_work_itself_sees_what_it_wrote_before_its_commit(database: Database) -> None:
    user = await stored_user(database)
    request, generation = new_request(user)
    async with database.unit_of_work() as uow:
        await uow.requests.add(request)
        await uow.generations.add(generation)
        assert (await uow.usages.of(user.id, NOON)).open_requests == 1
        generation.claim(NOON, LEASE)
        await uow.generations.save(generation)
        own = await uow.generations.lock(generation.id)
        assert own is not None
        assert own.attempt == 1
        assert await database.views.requests(user.id) == []


async def test_two_units_of_work_that_lock_the_same_user_take_turns(database: Database) -> None:
    user = await stored_user(database)
    turns: list[str] = []

    async def second() -> None:
        async with database.unit_of_work() as uow:
            await uow.users.lock(user.id)
            turns.append("second")

    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        waiting = asyncio.create_task(second())
        await asyncio.wait({waiting}, timeout=MOMENT)
        turns.append("first")
        await uow.commit()
    await waiting
    assert turns == ["first", "second"]


@row_locks
async def test_two_units_of_work_that_lock_different_users_do_not_wait(database: Database) -> None:
    one, other = await stored_user(database), await stored_user(database)
    async with database.unit_of_work() as first, database.unit_of_work() as second:
        await first.users.lock(one.id)
        assert await second.users.lock(other.id) is not None


@row_locks
async def test_a_lock_reads_what_was_committed_while_it_was_waited_for(database: Database) -> None:
    request, generation = await submitted(database)
    async with database.unit_of_work() as uow:
        assert (await uow.usages.of(request.user_id, NOON)).open_requests == 1
        generation.claim(NOON, LEASE)
        await saved(database, generation)
        locked = await uow.generations.lock(generation.id)
    assert locked is not None
    assert locked.attempt == 1


async def test_no_change_is_lost_when_many_units_of_work_lock_the_same_generation(database: Database) -> None:
    _, generation = await submitted(database)

    async def count() -> None:
        async with database.unit_of_work() as uow:
            locked = await uow.generations.lock(generation.id)
            assert locked is not None
            locked.percent += 1
            await asyncio.sleep(0)
            await uow.generations.save(locked)
            await uow.commit()

    await asyncio.gather(*(count() for _ in range(12)))
    assert (await reread(database, generation)).percent == 12


async def submit(database: Database, user: User) -> None:
    request, generation = new_request(user)
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        QUOTAS.require_room(await uow.usages.of(user.id, NOON), NOON)
        await uow.requests.add(request)
        await uow.generations.add(generation)
        await uow.commit()


async def test_twenty_parallel_submits_leave_exactly_the_quota(database: Database) -> None:
    user = await stored_user(database)
    outcomes = await asyncio.gather(*(submit(database, user) for _ in range(20)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, QuotaExceeded)]
    assert [outcome for outcome in outcomes if outcome is None] == [None] * QUOTAS.open_requests
    assert len(refused) == 20 - QUOTAS.open_requests
    assert len(await database.views.requests(user.id)) == QUOTAS.open_requests


async def test_a_unit_of_work_that_is_cancelled_while_it_waits_leaves_nothing_locked(
    database: Database,
) -> None:
    _, generation = await submitted(database)

    async def lock() -> Generation | None:
        async with database.unit_of_work() as uow:
            return await uow.generations.lock(generation.id)

    async with database.unit_of_work() as uow:
        await uow.generations.lock(generation.id)
        waiting = asyncio.create_task(lock())
        await asyncio.wait({waiting}, timeout=MOMENT)
        waiting.cancel()
        await asyncio.wait({waiting})
    assert waiting.cancelled()
    assert await lock() is not None


async def test_a_unit_of_work_that_is_cancelled_after_a_write_is_rolled_back(database: Database) -> None:
    _, generation = await submitted(database)
    reached = asyncio.Event()

    async def work() -> None:
        async with database.unit_of_work() as uow:
            locked = await uow.generations.lock(generation.id)
            assert locked is not None
            locked.percent = 42
            await uow.generations.save(locked)
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await reached.wait()
    task.cancel()
    await asyncio.wait({task})
    assert (await saved(database, await reread(database, generation))).percent == 0


@pytest.mark.parametrize("change", ["erase the request", "end the generation"])
async def test_locking_all_of_a_user_waits_for_what_changes_one_of_it_and_the_other_way_round_for_nothing(
    database: Database, change: str
) -> None:
    request, generation = await submitted(database)
    is_locked = asyncio.Event()

    async def change_one() -> None:
        async with database.unit_of_work() as uow:
            if change == "erase the request":
                assert await uow.requests.lock(request.user_id, request.id)
            locked = await uow.generations.lock(generation.id)
            assert locked
            is_locked.set()
            await asyncio.sleep(MOMENT)  # the others wait for these rows meanwhile
            if change == "erase the request":
                await uow.requests.remove(request)
            else:
                locked.fail("Es ging nicht.", NOON)
                await uow.generations.save(locked)
            await uow.commit()

    async def lock_all() -> tuple[int, int]:
        await is_locked.wait()
        async with database.unit_of_work() as uow:
            requests = await uow.requests.lock_of_user(request.user_id)
            return len(requests), len(await uow.generations.lock_of_user(request.user_id))

    async def lock_open() -> int:
        await is_locked.wait()
        async with database.unit_of_work() as uow:
            return len(await uow.generations.lock_open(request.user_id, request.id))

    _, found, still_open = await asyncio.gather(change_one(), lock_all(), lock_open())
    assert found == ((0, 0) if change == "erase the request" else (1, 1))
    assert still_open == 0


@pytest.mark.parametrize("database_url", ["mysql"], indirect=True)
async def test_a_deadlock_ends_with_the_failure_of_one_unit_of_work(database: Database) -> None:
    one, other = await stored_user(database), await stored_user(database)
    both_hold_one = asyncio.Barrier(2)

    async def lock_both(first: User, second: User) -> None:
        async with database.unit_of_work() as uow:
            await uow.users.lock(first.id)
            await both_hold_one.wait()
            await uow.users.lock(second.id)
            await uow.commit()

    outcomes = await asyncio.gather(lock_both(one, other), lock_both(other, one), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [ServiceUnavailable]
