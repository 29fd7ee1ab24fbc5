"""What every `GenerationRepository` promises."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from adapters.sql.models import LEASE_INDEX
from databases.database import Database
from databases.examples import (
    LEASE,
    MINUTE,
    NOON,
    RATING,
    SECOND,
    example_faces,
    failed,
    finished,
    reread,
    same,
    saved,
    submitted,
)
from databases.statements import recorded_statements
from domain.feedback import FaceKind
from domain.generation import Generation
from domain.ids import GenerationId, RequestId

LATER = NOON + 10 * MINUTE
MANY = 50


def ids(generations: Sequence[Generation]) -> list[GenerationId]:
    return [generation.id for generation in generations]


async def due(database: Database, now: datetime = LATER, limit: int = MANY) -> list[GenerationId]:
    async with database.unit_of_work() as uow:
        return list(await uow.generations.due(now, limit))


async def expired(database: Database, now: datetime = LATER, limit: int = MANY) -> list[GenerationId]:
    async with database.unit_of_work() as uow:
        return ids(await uow.generations.lock_expired(now, limit))


async def running(database: Database, claimed_at: datetime = NOON) -> Generation:
    _, generation = await submitted(database)
    generation.claim(claimed_at, LEASE)
    return await saved(database, generation)


async def test_a_generation_is_read_as_it_was_saved_in_each_of_its_states(database: Database) -> None:
    _, generation = await submitted(database)
    assert same(await reread(database, generation), generation)
    generation.claim(NOON + SECOND, LEASE)
    generation.record_heartbeat(1, "drawing", 42, NOON + 2 * SECOND, LEASE)
    assert same(await reread(database, await saved(database, generation)), generation)
    generation.succeed(1, example_faces(generation), NOON + 3 * SECOND)
    assert same(await reread(database, await saved(database, generation)), generation)
    generation.rate(FaceKind.CONDITION, RATING, LATER)
    assert same(await reread(database, await saved(database, generation)), generation)


async def test_a_failed_generation_keeps_its_reason(database: Database) -> None:
    _, generation = await submitted(database)
    await failed(database, generation)
    found = await reread(database, generation)
    assert same(found, generation)
    assert found.failure == "Es ging nicht."


async def test_attributes_that_are_set_to_none_are_saved_as_none(database: Database) -> None:
    _, generation = await submitted(database)
    generation.claim(NOON, LEASE)
    generation.record_heartbeat(1, "filming", 70, NOON, LEASE)
    await saved(database, generation)
    generation.hand_back(1, NOON + SECOND)
    await saved(database, generation)
    found = await reread(database, generation)
    assert (found.lease_until, found.stage, found.percent) == (None, None, 0)


async def test_faces_that_are_set_to_none_are_saved_as_none(database: Database) -> None:
    _, generation = await submitted(database)
    await finished(database, generation)
    generation.faces = generation.finished_at = None
    await saved(database, generation)
    assert same(await reread(database, generation), generation)


async def test_moments_keep_their_microseconds_and_are_read_in_utc(database: Database) -> None:
    _, generation = await submitted(database)
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    generation.claim(in_tokyo, LEASE)
    await saved(database, generation)
    lease_until = (await reread(database, generation)).lease_until
    assert lease_until == NOON + LEASE
    assert lease_until is not None
    assert lease_until.microsecond == NOON.microsecond
    assert lease_until.utcoffset() is not None


async def test_an_unknown_generation_is_none_and_an_unknown_request_has_none(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.generations.lock(GenerationId("unknown")) is None
        assert await uow.generations.lock(GenerationId("ünknown")) is None
        assert await uow.generations.lock_of_request(RequestId("unknown")) == []


async def test_the_generations_of_a_request_come_oldest_first(database: Database) -> None:
    request, first = await submitted(database)
    await submitted(database)
    await failed(database, first)
    async with database.unit_of_work() as uow:
        locked = await uow.requests.lock(request.user_id, request.id)
        assert locked is not None
        second = locked.regenerate(first, NOON + MINUTE)
        await uow.generations.add(second)
        await uow.requests.save(locked)
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert ids(await uow.generations.lock_of_request(request.id)) == [first.id, second.id]


async def test_queued_generations_that_are_due_are_found(database: Database) -> None:
    _, first = await submitted(database)
    _, not_yet_due = await submitted(database, now=LATER + SECOND)
    await running(database)
    _, done = await submitted(database)
    await finished(database, done)
    assert await due(database, NOON) == [first.id]
    assert await due(database, LATER + SECOND) == [first.id, not_yet_due.id]


async def test_generations_that_are_due_longest_come_first(database: Database) -> None:
    _, last = await submitted(database, now=NOON + 2 * SECOND)
    _, first = await submitted(database, now=NOON)
    _, middle = await submitted(database, now=NOON + SECOND)
    assert await due(database) == [first.id, middle.id, last.id]
    assert await due(database, limit=2) == [first.id, middle.id]


@pytest.mark.parametrize("database_url", ["memory", "mysql"], indirect=True)
async def test_generations_beyond_the_limit_are_not_locked(database: Database) -> None:
    lost = ids([await running(database, NOON + count * SECOND) for count in range(4)])
    async with database.unit_of_work() as uow:
        assert ids(await uow.generations.lock_expired(LATER, 2)) == lost[:2]
        assert await expired(database) == lost[2:]


@pytest.mark.parametrize("database_url", ["mysql"], indirect=True)
async def test_mysql_is_made_to_use_an_index_so_that_it_locks_only_the_rows_it_returns(
    database: Database,
) -> None:
    with recorded_statements(*database.engines) as statements:
        await expired(database)
    (locking,) = [statement for statement in statements if "SKIP LOCKED" in statement]
    assert f"FORCE INDEX ({LEASE_INDEX})" in locking


@pytest.mark.parametrize("database_url", ["memory", "mysql"], indirect=True)
async def test_locked_generations_are_skipped_and_not_waited_for(database: Database) -> None:
    expired_one, other_expired = await running(database), await running(database)
    async with database.unit_of_work() as uow:
        await uow.generations.lock(expired_one.id)
        assert await expired(database, limit=1) == [other_expired.id]


async def test_running_generations_whose_lease_has_run_out_are_found(database: Database) -> None:
    later = await running(database, NOON + SECOND)
    first = await running(database, NOON)
    await submitted(database)
    assert await expired(database, NOON + LEASE - timedelta(microseconds=1)) == []
    assert await expired(database, NOON + LEASE) == [first.id]
    assert await expired(database) == [first.id, later.id]
    assert await expired(database, limit=1) == [first.id]
