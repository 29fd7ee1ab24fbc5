"""Which generation every `Claims` takes, and that every `Views` tells the same order as places."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from itertools import combinations

import pytest
from sqlalchemy import text

from databases.database import Database
from databases.examples import LEASE, MINUTE, NOON, SECOND, reread, saved, stored_user, submitted
from domain.face_request import FaceRequest
from domain.generation import Generation
from domain.ids import GenerationId, UserId
from domain.user import User

OF_USER = "FROM generations WHERE user_id = turns.user_id AND state"
MISCOUNTED_TURNS = text(
    "SELECT COUNT(*) FROM turns WHERE waiting <> (queued > 0)"
    f" OR queued <> (SELECT COUNT(*) {OF_USER} = 'queued') OR running <> (SELECT COUNT(*) {OF_USER} = 'running')"
    f" OR COALESCE(next_due_at, '') <> COALESCE((SELECT MIN(due_at) {OF_USER} = 'queued'), '')"
)


async def queue(database: Database, user: User, count: int) -> list[Generation]:
    return [(await submitted(database, user, NOON + number * SECOND))[1] for number in range(count)]


async def claim(database: Database) -> Generation:
    claimed = await database.claims.take(NOON + MINUTE, LEASE)
    assert claimed is not None
    return claimed.generation


async def end(database: Database, generation: Generation) -> None:
    """End a generation that was claimed, in one of the ways in which it is not queued again."""
    current = await reread(database, generation)
    current.record_fault(current.attempt, "no luck", NOON, retryable=False)
    await saved(database, current)


async def hand_back(database: Database, generation: Generation) -> None:
    current = await reread(database, generation)
    current.hand_back(current.attempt, NOON)
    await saved(database, current)


async def erase(database: Database, generation: Generation) -> None:
    async with database.unit_of_work() as uow:
        request: FaceRequest | None = await uow.requests.lock(generation.user_id, generation.request_id)
        assert request is not None
        await uow.requests.remove(request)
        await uow.commit()


async def places(database: Database, generations: list[Generation]) -> dict[GenerationId, int | None]:
    progress = await database.views.progress([generation.id for generation in generations])
    return {generation_id: view.place for generation_id, view in progress.items()}


async def miscounted_turns(database: Database) -> int:
    """Return how many turns in a database do not say what their users' generations say."""
    if not database.engines:  # memory counts from the generations themselves
        return 0
    async with database.engines[1].connect() as connection:
        return int((await connection.execute(MISCOUNTED_TURNS)).scalar_one())


async def test_of_one_user_the_generation_that_is_due_longest_is_claimed_first(database: Database) -> None:
    user = await stored_user(database)
    later, first = [(await submitted(database, user, NOON + delay))[1] for delay in (SECOND, 0 * SECOND)]
    assert [(await claim(database)).id for _ in range(2)] == [first.id, later.id]


async def test_a_user_with_one_generation_does_not_wait_for_all_of_another_user(database: Database) -> None:
    many, one = await stored_user(database), await stored_user(database)
    await queue(database, many, 10)
    await queue(database, one, 1)
    assert [(await claim(database)).user_id for _ in range(3)] == [many.id, one.id, many.id]


async def test_one_worker_alternates_between_users_whatever_they_have_queued(database: Database) -> None:
    many, few = await stored_user(database), await stored_user(database)
    await queue(database, many, 6)
    await queue(database, few, 3)
    order = []
    for _ in range(7):
        generation = await claim(database)
        order.append(generation.user_id)
        await end(database, generation)
    assert order == [many.id, few.id] * 3 + [many.id]


async def test_a_user_who_erases_what_runs_or_waits_and_submits_again_comes_after_those_who_wait(
    database: Database,
) -> None:
    hasty, patient = await stored_user(database), await stored_user(database)
    running, waiting, _ = await queue(database, hasty, 3)
    assert (await claim(database)).id == running.id
    await queue(database, patient, 1)
    await erase(database, running)
    await erase(database, waiting)
    await queue(database, hasty, 1)
    assert (await claim(database)).user_id == patient.id


async def test_a_generation_that_is_handed_back_waits_behind_the_other_users(database: Database) -> None:
    one, other = await stored_user(database), await stored_user(database)
    first = (await queue(database, one, 2))[0]
    (of_other,) = await queue(database, other, 1)
    assert (await claim(database)).id == first.id
    await hand_back(database, first)
    assert await places(database, [of_other, first]) == {of_other.id: 1, first.id: 2}
    assert [(await claim(database)).id for _ in range(2)] == [of_other.id, first.id]


async def test_a_user_whose_generations_are_all_due_later_does_not_hold_up_the_others(
    database: Database,
) -> None:
    unlucky, other = await stored_user(database), await stored_user(database)
    (generation,) = await queue(database, unlucky, 1)
    claimed = await claim(database)
    assert claimed.id == generation.id
    claimed.postpone(1, "away", NOON + MINUTE)
    await saved(database, claimed)
    await queue(database, other, 1)
    assert (await claim(database)).user_id == other.id
    assert await database.claims.take(NOON + MINUTE, LEASE) is None


@pytest.mark.parametrize("seed", range(4))
async def test_places_are_the_order_in_which_claims_take_what_is_queued(
    database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    users = [await stored_user(database) for _ in range(5)]
    queued = [
        (await submitted(database, chance.choice(users), NOON + chance.randrange(9) * SECOND))[1]
        for _ in range(24)
    ]
    running = [await claim(database) for _ in range(9)]
    for generation in running:
        change = chance.choice((end, hand_back, erase, None, None, None))
        if change is not None:
            await change(database, generation)
    told = await places(database, queued)
    for one in queued:
        polled = await database.views.job(one.user_id, one.request_id, one.id)
        assert (polled and polled.place) == told.get(one.id)
    in_order = sorted((place, one) for one, place in told.items() if place is not None)
    assert [place for place, _ in in_order] == list(range(1, len(in_order) + 1))
    assert [(await claim(database)).id for _ in in_order] == [one for _, one in in_order]
    assert await database.claims.take(NOON + MINUTE, LEASE) is None


@pytest.mark.parametrize("workers", [1, 2])
async def test_no_two_of_twenty_users_who_wait_are_more_than_two_jobs_apart(
    database: Database, workers: int
) -> None:
    chance = random.Random(workers)
    users = [await stored_user(database) for _ in range(20)]
    await queue(database, users[0], 12)
    running = [await claim(database) for _ in range(workers)]
    for user in users[1:]:
        await queue(database, user, 4)
    left: Counter[UserId] = Counter({user.id: 4 for user in users}) + Counter({users[0].id: 8 - workers})
    begun: Counter[UserId] = Counter()  # since all wait
    while left.total():
        await end(database, running.pop(chance.randrange(len(running))))
        generation = await claim(database)
        running.append(generation)
        begun[generation.user_id] += 1
        left[generation.user_id] -= 1
        waiting = [user.id for user in users if left[user.id]]
        assert all(abs(begun[one] - begun[other]) <= 2 for one, other in combinations(waiting, 2))


async def test_eight_workers_and_a_user_who_erases_leave_every_turn_as_the_generations_say(
    database: Database,
) -> None:
    users = [await stored_user(database) for _ in range(3)]
    queued = [generation for user in users for generation in await queue(database, user, 10)]
    claimed: list[tuple[GenerationId, int]] = []

    async def work(number: int) -> None:
        chance = random.Random(number)
        for _ in range(5):
            generation = await claim(database)
            claimed.append((generation.id, generation.attempt))
            await chance.choice((end, hand_back, erase))(database, generation)
            await queue(database, chance.choice(users), 1)

    async def erase_what_waits() -> None:
        for generation in queued[::6]:
            with suppress(AssertionError):  # a worker was faster
                await erase(database, generation)

    # What is erased while it runs, its worker cannot end or hand back.
    outcomes = await asyncio.gather(*map(work, range(8)), erase_what_waits(), return_exceptions=True)
    assert all(one is None or isinstance(one, AssertionError) for one in outcomes), outcomes
    assert len(claimed) == len(set(claimed))
    assert await miscounted_turns(database) == 0
    left = []
    while (taken := await database.claims.take(NOON + MINUTE, LEASE)) is not None:
        left.append(taken.generation.id)
    async with database.unit_of_work() as uow:
        assert list(await uow.generations.due(NOON + MINUTE, 100)) == []
    assert len(left) == len(set(left)) > 0
    assert await miscounted_turns(database) == 0
