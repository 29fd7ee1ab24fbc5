"""What every `SessionRepository` promises, and the views of sessions."""

from datetime import datetime, timedelta

from databases.database import Database
from databases.examples import HOUR, MINUTE, NOON, new_user
from domain.ids import SessionId, UserId
from domain.session import Device, EndedSession, Session, SessionLifetimes
from domain.user import User

LIFETIMES = SessionLifetimes(token=24 * HOUR, access=15 * MINUTE, unused=30 * 24 * HOUR)
DEVICE = Device(name="Firefox on Linux", address="192.0.2.0")


def new_session(
    user: User, now: datetime = NOON, device: Device = DEVICE, *, refreshed: bool = True
) -> Session:
    return Session.begin(user.id, device, LIFETIMES, now, refreshed=refreshed)


def ended(session: Session, now: datetime = NOON, remembered: timedelta = HOUR) -> EndedSession:
    return EndedSession(id=session.id, ended_at=now, forget_at=now + remembered)


async def added_user(database: Database) -> User:
    user = new_user()
    async with database.unit_of_work() as uow:
        await uow.users.add(user)
        await uow.commit()
    return user


async def added(database: Database, *sessions: Session) -> None:
    async with database.unit_of_work() as uow:
        for session in sessions:
            await uow.users.lock(session.user_id)
            await uow.sessions.add(session)
        await uow.commit()


async def end(database: Database, *all_ended: EndedSession) -> None:
    async with database.unit_of_work() as uow:
        for one in all_ended:
            await uow.sessions.lock(one.id)
        await uow.sessions.end(all_ended)
        await uow.commit()


async def found(database: Database, session_id: SessionId) -> Session | None:
    async with database.unit_of_work() as uow:
        return await uow.sessions.lock(session_id)


async def shown(database: Database, user_id: UserId, now: datetime = NOON) -> list[SessionId]:
    return [one.id for one in await database.views.sessions(user_id, now)]


async def test_a_session_is_read_as_it_was_saved(database: Database) -> None:
    user = await added_user(database)
    nowhere = Device(name="Unknown device", address=None)
    one, other = new_session(user), new_session(user, device=nowhere, refreshed=False)
    await added(database, one, other)
    async with database.unit_of_work() as uow:
        locked = await uow.sessions.lock(one.id)
        assert locked is not None
        assert vars(locked) == vars(one)
        locked.refresh(LIFETIMES, NOON + HOUR)
        await uow.sessions.save(locked)
        await uow.commit()
    again, same = await found(database, one.id), await found(database, other.id)
    assert again is not None
    assert vars(again) == vars(locked)
    assert again.refreshes == 1
    assert same is not None
    assert vars(same) == vars(other)


async def test_an_unknown_session_is_none(database: Database) -> None:
    assert await found(database, SessionId("0" * 32)) is None


async def test_an_uncommitted_session_is_not_kept(database: Database) -> None:
    user = await added_user(database)
    session = new_session(user)
    async with database.unit_of_work() as uow:
        await uow.users.lock(user.id)
        await uow.sessions.add(session)
    assert await found(database, session.id) is None


async def test_all_sessions_of_a_user_are_locked_and_none_of_another(database: Database) -> None:
    ann, bob = await added_user(database), await added_user(database)
    own = [new_session(ann) for _ in range(3)]
    await added(database, *own, new_session(bob))
    async with database.unit_of_work() as uow:
        locked = await uow.sessions.lock_of_user(ann.id)
        assert {one.id for one in locked} == {one.id for one in own}
        await uow.sessions.end(map(ended, locked))
        await uow.commit()
    assert await shown(database, ann.id) == []
    assert len(await shown(database, bob.id)) == 1


async def test_the_sessions_that_were_used_longest_ago_are_found_beyond_those_to_keep(
    database: Database,
) -> None:
    ann, bob = await added_user(database), await added_user(database)
    used = [new_session(ann, NOON + number * MINUTE) for number in (3, 1, 4, 2)]
    used[1].refresh(LIFETIMES, NOON + HOUR)
    await added(database, *used, new_session(bob))
    async with database.unit_of_work() as uow:
        oldest = await uow.sessions.lock_oldest(ann.id, keep=2)
        assert [one.id for one in oldest] == [used[0].id, used[3].id]
        assert await uow.sessions.lock_oldest(ann.id, keep=4) == []


async def test_an_ended_session_is_gone_and_remembered(database: Database) -> None:
    user = await added_user(database)
    going, staying = new_session(user), new_session(user)
    await added(database, going, staying)
    await end(database, ended(going))
    assert await found(database, going.id) is None
    assert await shown(database, user.id) == [staying.id]
    assert await database.views.ended_sessions(None) == [ended(going)]


async def test_ending_none_changes_nothing(database: Database) -> None:
    await end(database)
    assert await database.views.ended_sessions(None) == []


async def test_ended_sessions_are_read_from_a_moment_on(database: Database) -> None:
    user = await added_user(database)
    early, late = new_session(user), new_session(user)
    await added(database, early, late)
    await end(database, ended(early), ended(late, NOON + MINUTE))
    assert {one.id for one in await database.views.ended_sessions(None)} == {early.id, late.id}
    assert [one.id for one in await database.views.ended_sessions(NOON + MINUTE)] == [late.id]
    assert await database.views.ended_sessions(NOON + 2 * MINUTE) == []


async def test_a_list_shows_the_sessions_that_can_be_used_newest_first(database: Database) -> None:
    ann, bob = await added_user(database), await added_user(database)
    short, long = new_session(ann, refreshed=False), new_session(ann)
    await added(database, short, long, new_session(bob))
    by_id = sorted((short.id, long.id), reverse=True)
    assert await shown(database, ann.id) == by_id
    assert await shown(database, ann.id, short.expires_at - MINUTE) == by_id
    assert await shown(database, ann.id, short.expires_at) == [long.id]


async def test_what_has_expired_or_is_to_be_forgotten_is_removed(database: Database) -> None:
    user = await added_user(database)
    short, long, gone, recent = (new_session(user, refreshed=number > 0) for number in range(4))
    await added(database, short, long, gone, recent)
    await end(database, ended(gone), ended(recent, NOON + 24 * HOUR))
    async with database.unit_of_work() as uow:
        assert await uow.sessions.remove_old(NOON + 24 * HOUR) == 2
        await uow.commit()
    assert await found(database, short.id) is None
    assert await found(database, long.id) is not None
    assert [one.id for one in await database.views.ended_sessions(None)] == [recent.id]
