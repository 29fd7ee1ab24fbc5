"""What every `KeyedCallRepository` promises."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from databases.database import Database
from databases.examples import HOUR, NOON, stored_user
from domain.keyed_call import PATIENCE, KeptAnswer, KeyedCall
from domain.user import User

ANSWER = KeptAnswer(status=201, media_type="application/json", body=b'{"id":"\xc3\xa9"}')
EMPTY = KeptAnswer(status=204, media_type="", body=b"")


def new_call(user: User, name: str = "a") -> KeyedCall:
    return KeyedCall.begin(name * 64, user.id, "d" * 64, NOON + timedelta(microseconds=1))


async def added(database: Database, *calls: KeyedCall) -> None:
    async with database.unit_of_work() as uow:
        for call in calls:
            await uow.users.lock(call.user_id)
            await uow.keyed_calls.add(call)
        await uow.commit()


async def found(database: Database, *calls: KeyedCall) -> list[KeyedCall | None]:
    async with database.unit_of_work() as uow:
        return [await uow.keyed_calls.lock(call.id) for call in calls]


async def kept(database: Database, call: KeyedCall, answer: KeptAnswer = ANSWER) -> bool:
    async with database.unit_of_work() as uow:
        is_kept = await uow.keyed_calls.keep(call, answer)
        await uow.commit()
    return is_kept


async def released(database: Database, call: KeyedCall) -> None:
    async with database.unit_of_work() as uow:
        await uow.keyed_calls.release(call)
        await uow.commit()


async def begun_again(database: Database, call: KeyedCall) -> KeyedCall:
    again = call.begin_again(NOON + 2 * PATIENCE)
    async with database.unit_of_work() as uow:
        await uow.keyed_calls.lock(call.id)
        await uow.keyed_calls.save(again)
        await uow.commit()
    return again


async def test_a_call_is_read_as_it_was_added(database: Database) -> None:
    call = new_call(await stored_user(database))
    await added(database, call)
    assert await found(database, call, replace(call, id="b" * 64)) == [call, None]


async def test_an_answer_is_kept_once(database: Database) -> None:
    user = await stored_user(database)
    call, other = new_call(user), new_call(user, "b")
    await added(database, call, other)
    assert await kept(database, call)
    assert not await kept(database, call, EMPTY)
    assert await kept(database, other, EMPTY)
    assert await found(database, call, other) == [replace(call, answer=ANSWER), replace(other, answer=EMPTY)]


async def test_only_the_newest_attempt_can_keep_an_answer_or_release_the_call(database: Database) -> None:
    call = new_call(await stored_user(database))
    await added(database, call)
    again = await begun_again(database, call)
    assert not await kept(database, call)
    await released(database, call)
    assert await found(database, call) == [again]
    assert await kept(database, again)


async def test_a_call_that_is_released_is_forgotten_and_one_with_an_answer_is_not(database: Database) -> None:
    user = await stored_user(database)
    call, answered = new_call(user), new_call(user, "b")
    await added(database, call, answered)
    await kept(database, answered)
    await released(database, call)
    await released(database, answered)
    assert await found(database, call, answered) == [None, replace(answered, answer=ANSWER)]


async def test_a_call_that_is_begun_anew_loses_the_answer_of_the_one_before(database: Database) -> None:
    user = await stored_user(database)
    call = new_call(user)
    await added(database, call)
    await kept(database, call)
    anew = KeyedCall.begin(call.id, user.id, "e" * 64, NOON + 25 * HOUR)
    async with database.unit_of_work() as uow:
        await uow.keyed_calls.lock(call.id)
        await uow.keyed_calls.save(anew)
        await uow.commit()
    assert await found(database, call) == [anew]


async def test_the_calls_of_each_user_since_a_moment_are_counted(database: Database) -> None:
    ann, ben = await stored_user(database), await stored_user(database)
    later = replace(new_call(ann, "b"), began_at=NOON + HOUR)
    await added(database, new_call(ann), later, new_call(ben, "c"))
    async with database.unit_of_work() as uow:
        for moment, counts in ((NOON, [2, 1]), (new_call(ann).began_at, [1, 0]), (later.began_at, [0, 0])):
            assert [await uow.keyed_calls.count(user.id, moment) for user in (ann, ben)] == counts


async def test_old_calls_are_removed(database: Database) -> None:
    user = await stored_user(database)
    old, newer = new_call(user), replace(new_call(user, "b"), began_at=NOON + HOUR)
    await added(database, old, newer)
    async with database.unit_of_work() as uow:
        assert await uow.keyed_calls.remove_old(old.began_at) == 1
        await uow.commit()
    assert await found(database, old, newer) == [None, newer]


async def test_calls_are_erased_with_their_user_and_no_answer_brings_one_back(database: Database) -> None:
    ann, ben = await stored_user(database), await stored_user(database)
    call, running, other = new_call(ann), new_call(ann, "b"), new_call(ben, "c")
    await added(database, call, running, other)
    await kept(database, call)
    async with database.unit_of_work() as uow:
        user = await uow.users.lock(ann.id)
        assert user is not None
        await uow.users.remove(user)
        await uow.commit()
    assert not await kept(database, running)
    assert await found(database, call, running, other) == [None, None, other]


async def test_of_two_that_keep_an_answer_at_the_same_time_one_does(database: Database) -> None:
    call = new_call(await stored_user(database))
    await added(database, call)
    assert sorted(await asyncio.gather(kept(database, call), kept(database, call, EMPTY))) == [False, True]
