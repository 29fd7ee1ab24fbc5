"""What every `GenerationRepository` promises."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

from adapters.sql.models import LEASE_INDEX, QUEUE_INDEX
from databases.database import Database
from databases.examples import (
    LEASE,
    MINUTE,
    NOON,
    SECOND,
    example_faces,
    failed,
    finished,
    reread,
    same,
    saved,
    stored_user,
    submitted,
)
from databases.statements import recorded_statements
from domain.feedback import FaceKind
from domain.generation import Generation, State
from domain.ids import GenerationId, RequestId

LATER = NOON + 10 * MINUTE
MANY = 50
INDEXES = (QUEUE_INDEX, LEASE_INDEX)


def ids(generations: Sequence[Generation]) -> list[GenerationId]:
    return [generation.id for generation in generations]


async def unannounced(database: Database, now: datetime = LATER, limit: int = MANY) -> list[GenerationId]:
    async with database.unit_of_work() as uow:
        return ids(await uow.generations.lock_unannounced(now, MINUTE, limit))


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
    generation.announce(NOON + SECOND)
    assert same(await reread(database, await saved(database, generation)), generation)
    generation.claim(NOON + SECOND, LEASE)
    generation.record_heartbeat(1, "drawing", 42, NOON + 2 * SECOND, LEASE)
    assert same(await reread(database, await saved(database, generation)), generation)
    generation.succeed(1, example_faces(generation), NOON + 3 * SECOND)
    assert same(await reread(database, await saved(database, generation)), generation)
    generation.rate(FaceKind.CONDITION, 4, LATER)
    assert same(await reread(database, await saved(database, generation)), generation)


async def test_a_failed_generation_keeps_its_reason(database: Database) -> None:
    _, generation = await submitted(database)
    await failed(database, generation)
    found = await reread(database, generation)
    assert same(found, generation)
    assert found.failure == "Es ging nicht."


async def test_attributes_that_are_set_to_none_are_saved_as_none(database: Database) -> None:
    _, generation = await submitted(database)
    generation.announce(NOON)
    generation.claim(NOON, LEASE)
    generation.record_heartbeat(1, "filming", 70, NOON, LEASE)
    await saved(database, generation)
    generation.hand_back(1, NOON + SECOND)
    await saved(database, generation)
    found = await reread(database, generation)
    assert (found.announced_at, found.lease_until, found.stage, found.percent) == (None, None, None, 0)


async def test_faces_that_are_set_to_none_are_saved_as_none(database: Database) -> None:
    _, generation = await submitted(database)
    await finished(database, generation)
    generation.faces = generation.finished_at = None
    await saved(database, generation)
    assert same(await reread(database, generation), generation)


async def test_moments_keep_their_microseconds_and_are_read_in_utc(database: Database) -> None:
    _, generation = await submitted(database)
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    generation.announce(in_tokyo)
    await saved(database, generation)
    announced_at = (await reread(database, generation)).announced_at
    assert announced_at == NOON
    assert announced_at is not None
    assert announced_at.microsecond == NOON.microsecond
    assert announced_at.utcoffset() is not None


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


async def test_generations_that_are_due_and_not_announced_are_found(database: Database) -> None:
    _, due = await submitted(database)
    _, not_yet_due = await submitted(database, now=LATER + SECOND)
    await running(database)
    _, done = await submitted(database)
    await finished(database, done)
    assert await unannounced(database, NOON) == [due.id]
    assert await unannounced(database, LATER + SECOND) == [due.id, not_yet_due.id]


async def test_a_generation_whose_announcement_is_stale_counts_as_not_announced(database: Database) -> None:
    _, generation = await submitted(database)
    generation.announce(NOON)
    await saved(database, generation)
    assert await unannounced(database, NOON + MINUTE) == []
    assert await unannounced(database, NOON + MINUTE + timedelta(microseconds=1)) == [generation.id]


async def test_generations_that_are_due_longest_come_first(database: Database) -> None:
    _, last = await submitted(database, now=NOON + 2 * SECOND)
    _, first = await submitted(database, now=NOON)
    _, middle = await submitted(database, now=NOON + SECOND)
    assert await unannounced(database) == [first.id, middle.id, last.id]
    assert await unannounced(database, limit=2) == [first.id, middle.id]


async def test_two_processes_that_announce_at_once_announce_different_generations(database: Database) -> None:
    generations = [(await submitted(database, now=NOON + count * SECOND))[1] for count in range(4)]
    found: list[GenerationId] = []

    async def announce_two() -> None:
        async with database.unit_of_work() as uow:
            two = await uow.generations.lock_unannounced(LATER, MINUTE, 2)
            for generation in two:
                generation.announce(LATER)
                await uow.generations.save(generation)
            await asyncio.sleep(0)
            await uow.commit()
        found.extend(ids(two))

    await asyncio.gather(announce_two(), announce_two())
    assert sorted(found) == sorted(ids(generations))


@pytest.mark.parametrize("database_url", ["memory", "mysql"], indirect=True)
async def test_generations_beyond_the_limit_are_not_locked(database: Database) -> None:
    queue = ids([(await submitted(database, now=NOON + count * SECOND))[1] for count in range(4)])
    lost = ids([await running(database, NOON + count * SECOND) for count in range(4)])
    async with database.unit_of_work() as uow:
        assert ids(await uow.generations.lock_unannounced(LATER, MINUTE, 2)) == queue[:2]
        assert ids(await uow.generations.lock_expired(LATER, 2)) == lost[:2]
        assert await unannounced(database) == queue[2:]
        assert await expired(database) == lost[2:]


@pytest.mark.parametrize("database_url", ["mysql"], indirect=True)
async def test_mysql_is_made_to_use_an_index_so_that_it_locks_only_the_rows_it_returns(
    database: Database,
) -> None:
    with recorded_statements(*database.engines) as statements:
        await unannounced(database)
        await expired(database)
    locking = [statement for statement in statements if "SKIP LOCKED" in statement]
    assert [f"FORCE INDEX ({index})" in one for one, index in zip(locking, INDEXES, strict=True)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("database_url", ["memory", "mysql"], indirect=True)
async def test_locked_generations_are_skipped_and_not_waited_for(database: Database) -> None:
    _, queued = await submitted(database)
    _, other_queued = await submitted(database, now=NOON + SECOND)
    expired_one, other_expired = await running(database), await running(database)
    async with database.unit_of_work() as uow:
        await uow.generations.lock(queued.id)
        await uow.generations.lock(expired_one.id)
        assert await unannounced(database, limit=1) == [other_queued.id]
        assert await expired(database, limit=1) == [other_expired.id]


async def test_running_generations_whose_lease_has_run_out_are_found(database: Database) -> None:
    later = await running(database, NOON + SECOND)
    first = await running(database, NOON)
    await submitted(database)
    assert await expired(database, NOON + LEASE - timedelta(microseconds=1)) == []
    assert await expired(database, NOON + LEASE) == [first.id]
    assert await expired(database) == [first.id, later.id]
    assert await expired(database, limit=1) == [first.id]


async def test_the_announcements_of_all_queued_generations_are_cleared(database: Database) -> None:
    user = await stored_user(database)
    for _ in range(3):
        _, generation = await submitted(database, user)
        generation.announce(LATER)
        await saved(database, generation)
    _, never_announced = await submitted(database, user)
    working = await running(database)
    working.announced_at = NOON
    await saved(database, working)
    async with database.unit_of_work() as uow:
        assert await uow.generations.clear_announcements() == 3
        await uow.commit()
    assert len(await unannounced(database)) == 4
    still_working = await reread(database, working)
    assert still_working.state is State.RUNNING
    assert still_working.announced_at == NOON
    assert same(await reread(database, never_announced), never_announced)
