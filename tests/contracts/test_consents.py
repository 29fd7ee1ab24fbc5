"""What every `ConsentRepository` promises, and the view of consents."""

import asyncio

import pytest

from databases.database import Database
from databases.examples import (
    LEASE,
    MINUTE,
    NOON,
    failed,
    finished,
    new_consent,
    saved,
    stored_user,
    submitted,
)
from domain.consent import Consent, ConsentPolicy
from domain.ids import ConsentId, RequestId, UserId
from domain.user import User

COLLECTOR = '학교 "ABC", Straße 1 😀'


async def added(database: Database, user: User, *consents: Consent) -> None:
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        for consent in consents:
            await uow.consents.add(consent)
        await uow.commit()


async def standing(database: Database, user: User, request_id: RequestId | None = None) -> list[ConsentId]:
    async with database.unit_of_work() as uow:
        return [one.id for one in await uow.consents.standing(user.id, request_id)]


async def test_a_consent_is_read_as_it_was_saved(database: Database) -> None:
    user = await stored_user(database)
    policy = ConsentPolicy(current_version="2026-12", is_required=False, guardian_consent_by=COLLECTOR)
    consent = policy.consent(user.id, 13, NOON, notice_version=None, request_id=RequestId("f" * 32))
    await added(database, user, consent)
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        found = await uow.consents.get(user.id, consent.id)
        assert found is not None
        assert vars(found) == vars(consent)
        assert found.collected_by == COLLECTOR
        found.withdraw(NOON + MINUTE)
        await uow.consents.save(found)
        await uow.commit()
    (seen,) = await database.views.consents(user.id)
    assert seen.withdrawn_at == NOON + MINUTE
    assert vars(seen) == vars(found)


async def test_what_was_not_withdrawn_stands_for_the_account_or_for_one_request(database: Database) -> None:
    user = await stored_user(database)
    (one, _), (other, _) = await submitted(database, user), await submitted(database, user)
    second, first, withdrawn = (new_consent(user, now=NOON + minutes * MINUTE) for minutes in (2, 1, 0))
    of_one, of_other = new_consent(user, one), new_consent(user, other)
    withdrawn.withdraw(NOON)
    await added(database, user, second, first, withdrawn, of_one, of_other)
    assert await standing(database, user) == [first.id, second.id]
    assert await standing(database, user, one.id) == [of_one.id]
    assert await standing(database, user, RequestId("0" * 32)) == []


async def test_consents_are_seen_newest_first_by_their_own_user_only(database: Database) -> None:
    ann, bob = await stored_user(database), await stored_user(database)
    old, new = new_consent(ann), new_consent(ann, now=NOON + MINUTE)
    await added(database, ann, old, new)
    assert [one.id for one in await database.views.consents(ann.id)] == [new.id, old.id]
    assert list(await database.views.consents(bob.id)) == []
    assert await standing(database, bob) == []
    async with database.unit_of_work() as uow:
        assert await uow.consents.get(bob.id, old.id) is None


@pytest.mark.parametrize("unknown", ["", "0" * 32, "é" * 32, "x" * 5000, "\x00"], ids=range(5))
async def test_an_unknown_id_is_none(database: Database, unknown: str) -> None:
    user = await stored_user(database)
    await added(database, user, new_consent(user))
    async with database.unit_of_work() as uow:
        assert await uow.consents.get(user.id, ConsentId(unknown)) is None
    assert await database.views.user(UserId(unknown)) is None


async def test_the_view_of_a_user_is_the_user(database: Database) -> None:
    user = await stored_user(database)
    user.consent_withdrawn_at = NOON
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        await uow.users.save(user)
        await uow.commit()
    seen = await database.views.user(user.id)
    assert seen is not None
    assert vars(seen) == vars(user)


async def test_that_a_consent_was_withdrawn_is_kept_with_its_request(database: Database) -> None:
    user = await stored_user(database)
    request, _ = await submitted(database, user)
    async with database.unit_of_work() as uow:
        await uow.requests.lock(user.id, request.id)
        request.consent_withdrawn_at = NOON
        await uow.requests.save(request)
        await uow.commit()
    async with database.unit_of_work() as uow:
        found = await uow.requests.get(request.id)
    assert found is not None
    assert vars(found) == vars(request)


async def test_what_is_queued_or_runs_is_open_of_a_user_or_of_a_request(database: Database) -> None:
    user = await stored_user(database)
    (one, queued), (_, running), (_, done), (_, broken) = [await submitted(database, user) for _ in range(4)]
    await submitted(database)  # of another user
    running.claim(NOON, LEASE)
    await saved(database, running)
    await finished(database, done)
    await failed(database, broken)
    async with database.unit_of_work() as uow:
        of_user = [generation.id for generation in await uow.generations.lock_open(user.id)]
        of_request = [generation.id for generation in await uow.generations.lock_open(user.id, one.id)]
    assert of_user == sorted([queued.id, running.id])
    assert of_request == [queued.id]


async def test_failing_what_is_queued_gives_the_turn_to_others(database: Database) -> None:
    user, other = await stored_user(database), await stored_user(database)
    await submitted(database, user)
    _, theirs = await submitted(database, other, NOON + MINUTE)
    async with database.unit_of_work() as uow:
        for generation in await uow.generations.lock_open(user.id):
            generation.fail("You have withdrawn your consent.", NOON)
            await uow.generations.save(generation)
        await uow.commit()
    claimed = await database.claims.take(NOON + MINUTE, LEASE)
    assert claimed is not None
    assert claimed.generation.id == theirs.id
    assert await database.claims.take(NOON + MINUTE, LEASE) is None


async def test_a_lock_on_open_generations_waits_for_one_that_is_just_claimed(database: Database) -> None:
    user = await stored_user(database)
    _, generation = await submitted(database, user)

    async def fail_all() -> None:
        async with database.unit_of_work() as uow:
            await uow.users.lock(user.id)
            for one in await uow.generations.lock_open(user.id):
                one.fail("withdrawn", NOON)
                await uow.generations.save(one)
            await uow.commit()

    await asyncio.gather(fail_all(), database.claims.take(NOON, LEASE))
    async with database.unit_of_work() as uow:
        found = await uow.generations.lock(generation.id)
    assert found is not None
    assert found.failure == "withdrawn"
    assert found.lease_until is None
