"""What every `Claims` promises."""

import asyncio
from collections.abc import Callable

import pytest

from databases.database import Database
from databases.examples import LEASE, MINUTE, NOON, SECOND, failed, finished, reread, same, saved, submitted
from domain.errors import ClaimRefused, NotYetDue
from domain.generation import State
from domain.ids import GenerationId


async def test_a_claim_returns_the_generation_with_its_request_and_is_committed(database: Database) -> None:
    request, generation = await submitted(database)
    claimed = await database.claims.take(generation.id, NOON, LEASE)
    assert claimed is not None
    generation.claim(NOON, LEASE)
    assert same(claimed.generation, generation)
    assert same(await reread(database, generation), generation)
    assert vars(claimed.request) == vars(request)


async def test_claiming_an_erased_generation_returns_none(database: Database) -> None:
    assert await database.claims.take(GenerationId("unknown"), NOON, LEASE) is None


async def test_of_many_claims_of_one_generation_at_once_one_succeeds(database: Database) -> None:
    _, generation = await submitted(database)
    tries = (database.claims.take(generation.id, NOON + number * SECOND, LEASE) for number in range(8))
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, ClaimRefused) for outcome in outcomes) == 7
    assert (await reread(database, generation)).attempt == 1


async def test_a_claim_resets_the_progress_of_the_last_attempt(database: Database) -> None:
    _, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    generation.record_heartbeat(1, "filming", 40, NOON, LEASE)
    generation.record_fault(1, "no luck", NOON)
    await saved(database, generation)
    claimed = await database.claims.take(generation.id, generation.due_at, LEASE)
    assert claimed is not None
    taken = claimed.generation
    assert (taken.attempt, taken.stage, taken.percent) == (2, None, 0)


async def test_a_retry_can_be_claimed_when_it_is_due_and_not_before(database: Database) -> None:
    _, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    generation.record_fault(1, "no luck", NOON)
    await saved(database, generation)
    with pytest.raises(NotYetDue):
        await database.claims.take(generation.id, generation.due_at - SECOND, LEASE)
    assert same(await reread(database, generation), generation)
    assert await database.claims.take(generation.id, generation.due_at, LEASE)


async def test_a_generation_without_faults_can_be_claimed_whatever_the_clock_says(database: Database) -> None:
    _, generation = await submitted(database)
    assert await database.claims.take(generation.id, NOON - MINUTE, LEASE)


@pytest.mark.parametrize("end", [finished, failed])
async def test_a_generation_that_has_ended_cannot_be_claimed(
    database: Database, end: Callable[..., object]
) -> None:
    _, generation = await submitted(database)
    ended = await end(database, generation)  # type: ignore[misc]
    with pytest.raises(ClaimRefused):
        await database.claims.take(generation.id, NOON + MINUTE, LEASE)
    assert same(await reread(database, generation), ended)


async def test_a_generation_that_was_handed_back_can_be_claimed_again(database: Database) -> None:
    _, generation = await submitted(database)
    await database.claims.take(generation.id, NOON, LEASE)
    running = await reread(database, generation)
    running.hand_back(1, NOON)
    await saved(database, running)
    claimed = await database.claims.take(generation.id, NOON, LEASE)
    assert claimed is not None
    assert (claimed.generation.state, claimed.generation.attempt) == (State.RUNNING, 2)
