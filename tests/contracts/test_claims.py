"""What every `Claims` promises of one claim; which generation is the fairest is told in `test_fair_shares`."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text

from databases.database import Database
from databases.examples import LEASE, MINUTE, NOON, failed, finished, reread, same, saved, submitted
from domain.generation import CLOCK_TOLERANCE, State


async def test_a_claim_returns_the_generation_with_its_request_and_is_committed(database: Database) -> None:
    request, generation = await submitted(database)
    claimed = await database.claims.take(NOON, LEASE)
    assert claimed is not None
    generation.claim(NOON, LEASE)
    assert same(claimed.generation, generation)
    assert same(await reread(database, generation), generation)
    assert vars(claimed.request) == vars(request)


async def test_nothing_is_claimed_where_nothing_is_queued(database: Database) -> None:
    assert await database.claims.take(NOON, LEASE) is None


async def test_of_many_claims_at_once_of_one_generation_one_succeeds(database: Database) -> None:
    _, generation = await submitted(database)
    claims = await asyncio.gather(*(database.claims.take(NOON, LEASE) for _ in range(8)))
    assert sum(claimed is not None for claimed in claims) == 1
    assert (await reread(database, generation)).attempt == 1


async def test_many_claims_at_once_take_as_many_generations(database: Database) -> None:
    queued = {(await submitted(database))[1].id for _ in range(8)}
    claims = await asyncio.gather(*(database.claims.take(NOON, LEASE) for _ in range(8)))
    assert {claimed.generation.id for claimed in claims if claimed} == queued


async def test_a_claim_resets_the_progress_of_the_last_attempt(database: Database) -> None:
    _, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    generation.record_heartbeat(1, "filming", 40, NOON, LEASE)
    generation.record_fault(1, "no luck", NOON)
    await saved(database, generation)
    claimed = await database.claims.take(generation.due_at, LEASE)
    assert claimed is not None
    taken = claimed.generation
    assert (taken.attempt, taken.stage, taken.percent) == (2, None, 0)


@pytest.mark.parametrize("requeue", ["record_fault", "postpone"])
async def test_what_waits_for_a_retry_can_be_claimed_when_it_is_due_and_not_before(
    database: Database, requeue: str
) -> None:
    _, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    getattr(generation, requeue)(1, "no luck", NOON)
    await saved(database, generation)
    assert await database.claims.take(generation.due_at - CLOCK_TOLERANCE, LEASE) is None
    assert same(await reread(database, generation), generation)
    assert await database.claims.take(generation.due_at, LEASE)


async def test_a_new_generation_can_be_claimed_by_a_worker_whose_clock_is_a_little_behind(
    database: Database,
) -> None:
    await submitted(database)
    assert await database.claims.take(NOON - CLOCK_TOLERANCE, LEASE)


@pytest.mark.parametrize("end", [finished, failed])
async def test_a_generation_that_has_ended_is_not_claimed(
    database: Database, end: Callable[..., object]
) -> None:
    _, generation = await submitted(database)
    ended = await end(database, generation)  # type: ignore[misc]
    assert await database.claims.take(NOON + MINUTE, LEASE) is None
    assert same(await reread(database, generation), ended)


async def test_a_generation_that_was_handed_back_can_be_claimed_again(database: Database) -> None:
    _, generation = await submitted(database)
    await database.claims.take(NOON, LEASE)
    running = await reread(database, generation)
    running.hand_back(1, NOON)
    await saved(database, running)
    claimed = await database.claims.take(NOON, LEASE)
    assert claimed is not None
    assert (claimed.generation.state, claimed.generation.attempt) == (State.RUNNING, 2)


async def test_an_erased_generation_is_not_claimed(database: Database) -> None:
    request, _ = await submitted(database)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        await uow.requests.remove(locked)
        await uow.commit()
    assert await database.claims.take(NOON, LEASE) is None


@pytest.mark.parametrize("database_url", ["sqlite", "mysql"], indirect=True)
async def test_rows_that_were_changed_by_hand_hold_up_no_other_generation(database: Database) -> None:
    for _ in range(3):
        await submitted(database)
    _, last = await submitted(database)
    async with database.engines[0].begin() as connection:
        await connection.execute(
            text("UPDATE generations SET state = 'failed' WHERE id <> :last"), {"last": last.id}
        )
    claimed = await database.claims.take(NOON, LEASE)
    assert claimed is not None
    assert claimed.generation.id == last.id
    assert await database.claims.take(NOON, LEASE) is None
