"""What every `UsageRepository`, and `Views.usage`, promises."""

import asyncio
from datetime import datetime

from databases.database import Database
from databases.examples import (
    HOUR,
    LEASE,
    MINUTE,
    NOON,
    SECOND,
    failed,
    finished,
    saved,
    stored_user,
    submitted,
)
from domain.generation import Generation
from domain.ids import UserId
from domain.usage import WINDOW, Usage
from domain.user import User

LIMIT = 600.0


async def usage_of(database: Database, user: User, now: datetime = NOON) -> Usage:
    """Return the usage as units of work read it, which must be what views read."""
    since = now - WINDOW
    async with database.unit_of_work() as uow:
        usage = await uow.usages.of(user.id, since)
    assert usage == await database.views.usage(user.id, since)
    return usage


async def counted(database: Database, user: User, now: datetime = NOON) -> Generation:
    _, generation = await submitted(database, user, now)
    async with database.unit_of_work() as uow:
        await uow.usages.add(user.id, generation, LIMIT)
        await uow.commit()
    return generation


async def settle(database: Database, generation: Generation, ended_at: datetime, seconds: float) -> None:
    async with database.unit_of_work() as uow:
        await uow.usages.settle(generation.id, ended_at, seconds)
        await uow.commit()


async def remove_old(database: Database, before: datetime) -> int:
    async with database.unit_of_work() as uow:
        removed = await uow.usages.remove_old(before)
        await uow.commit()
    return removed


async def test_a_user_who_has_done_nothing_has_used_nothing(database: Database) -> None:
    assert await usage_of(database, await stored_user(database)) == Usage()


async def test_a_generation_in_flight_counts_with_all_that_it_may_draw(database: Database) -> None:
    user = await stored_user(database)
    await counted(database, user, NOON - MINUTE)
    await counted(database, await stored_user(database))
    usage = await usage_of(database, user)
    assert (usage.requests, usage.drawn_seconds, usage.in_flight) == (1, LIMIT, 1)
    assert (usage.first_queued_at, usage.first_ended_at) == (NOON - MINUTE, None)
    assert usage.open_requests == 1


async def test_a_generation_that_has_ended_counts_with_what_it_has_drawn(database: Database) -> None:
    user = await stored_user(database)
    first, second = await counted(database, user), await counted(database, user)
    await settle(database, first, NOON + MINUTE, 12.5)
    await settle(database, second, NOON + 2 * MINUTE, 0.25)
    usage = await usage_of(database, user, NOON + 2 * MINUTE)
    assert (usage.requests, usage.drawn_seconds, usage.in_flight) == (2, 12.75, 0)
    assert usage.first_ended_at == NOON + MINUTE


async def test_a_generation_is_settled_once(database: Database) -> None:
    user = await stored_user(database)
    generation = await counted(database, user)
    await settle(database, generation, NOON + MINUTE, 12.5)
    await settle(database, generation, NOON + 2 * MINUTE, 1)
    usage = await usage_of(database, user)
    assert (usage.drawn_seconds, usage.first_ended_at) == (12.5, NOON + MINUTE)


async def test_erasing_the_request_gives_nothing_back_but_its_storage(database: Database) -> None:
    user = await stored_user(database)
    generation = await counted(database, user)
    before = await usage_of(database, user)
    assert before.stored_bytes > 0
    async with database.unit_of_work() as uow:
        request = await uow.requests.lock(user.id, generation.request_id)
        assert request is not None
        await uow.requests.remove(request)
        await uow.commit()
    after = await usage_of(database, user)
    assert (after.requests, after.drawn_seconds) == (before.requests, before.drawn_seconds)
    assert (after.open_requests, after.stored_bytes) == (0, 0)


async def test_a_day_after_it_was_queued_a_generation_is_no_request_of_the_day(database: Database) -> None:
    user = await stored_user(database)
    generation = await counted(database, user)
    await settle(database, generation, NOON + HOUR, 12.5)
    last = await usage_of(database, user, NOON + WINDOW - SECOND)
    assert (last.requests, last.drawn_seconds) == (1, 12.5)
    over = await usage_of(database, user, NOON + WINDOW)
    assert (over.requests, over.first_queued_at, over.drawn_seconds) == (0, None, 12.5)


async def test_its_drawing_counts_until_a_day_after_its_end(database: Database) -> None:
    user = await stored_user(database)
    generation = await counted(database, user)
    await settle(database, generation, NOON + HOUR, 12.5)
    assert (await usage_of(database, user, NOON + HOUR + WINDOW - SECOND)).drawn_seconds == 12.5
    assert (await usage_of(database, user, NOON + HOUR + WINDOW)).drawn_seconds == 0


async def test_a_generation_that_never_ends_counts_for_ever(database: Database) -> None:
    user = await stored_user(database)
    await counted(database, user)
    usage = await usage_of(database, user, NOON + 10 * WINDOW)
    assert (usage.requests, usage.drawn_seconds, usage.in_flight) == (0, LIMIT, 1)


async def test_what_is_stored_is_recordings_and_faces_of_ended_and_running_generations(
    database: Database,
) -> None:
    user = await stored_user(database)
    request, done = await submitted(database, user)
    _, running = await submitted(database, user)
    _, broken = await submitted(database, user)
    done.claim(NOON, LEASE)
    done.reserve(1, 1000)
    await saved(database, done)
    running.claim(NOON, LEASE)
    running.reserve(1, 5_000_000_000)
    await saved(database, running)
    await failed(database, broken)
    usage = await usage_of(database, user)
    assert usage.stored_bytes == 3 * request.voice.size + 1000 + 5_000_000_000
    assert usage.open_requests == 2


async def test_what_no_figure_counts_is_removed_and_the_rest_stays(database: Database) -> None:
    user = await stored_user(database)
    old, recent = await counted(database, user), await counted(database, user)
    await counted(database, user)
    await settle(database, old, NOON, 1)
    await settle(database, recent, NOON + SECOND, 2)
    now = NOON + WINDOW
    before = await usage_of(database, user, now)
    assert await remove_old(database, now - WINDOW) == 1
    assert await remove_old(database, now - WINDOW) == 0
    assert await usage_of(database, user, now) == before


async def test_an_unknown_generation_is_settled_without_effect(database: Database) -> None:
    user = await stored_user(database)
    _, generation = await submitted(database, user)
    await settle(database, generation, NOON, 1)
    assert (await usage_of(database, user)).drawn_seconds == 0
    async with database.unit_of_work() as uow:
        assert await uow.usages.of(UserId("ünknown"), NOON) == Usage()


async def test_a_removed_generation_is_gone_with_its_size(database: Database) -> None:
    user = await stored_user(database)
    request, generation = await submitted(database, user)
    await finished(database, generation)
    async with database.unit_of_work() as uow:
        (locked,) = await uow.generations.lock_of_request(request.id)
        await uow.generations.remove(locked)
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert await uow.generations.lock(generation.id) is None
        assert await uow.requests.get(request.id) is not None


async def test_a_unit_of_work_that_has_locked_the_user_sees_all_that_was_counted_before(
    database: Database,
) -> None:
    user = await stored_user(database)
    generations = [(await submitted(database, user))[1] for _ in range(8)]
    seen: list[int] = []

    async def count(generation: Generation) -> None:
        async with database.unit_of_work() as uow:
            await uow.users.lock(user.id)
            seen.append((await uow.usages.of(user.id, NOON - WINDOW)).requests)
            await asyncio.sleep(0)
            await uow.usages.add(user.id, generation, LIMIT)
            await uow.commit()

    await asyncio.gather(*map(count, generations))
    assert seen == list(range(8))
