"""Sessions of pages: refreshed, stolen, ended, and when the password changes."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from application.accounts.change_password import ChangePasswordCommand
from application.accounts.log_in import LogInCommand
from application.accounts.sessions import MOST_SESSIONS, SessionTokens
from application.errors import (
    AccountGone,
    HashingBusy,
    InvalidToken,
    NoPassword,
    NotFound,
    ServiceUnavailable,
    SessionEnded,
    TooManyTries,
    WrongCredentials,
    WrongPassword,
)
from domain.errors import InvalidValue
from domain.ids import SessionId, UserId
from domain.mail import Mail, MailKind
from domain.session import Session
from domain.user import User
from unit.application.world import DEVICE, HOME, LIFETIMES, World

PASSWORD, NEW_PASSWORD = "correct horse", "battery staple"
LOGIN = LogInCommand(
    email="ann@example.org", password=PASSWORD, client_address=HOME, device=DEVICE, refreshed=True
)


@pytest.fixture
async def ann(world: World) -> User:
    return await world.new_user("ann")


async def log_in(world: World, **changes: object) -> SessionTokens:
    return await world.log_in(replace(LOGIN, **changes))  # type: ignore[arg-type]


async def refreshed(world: World, tokens: SessionTokens) -> SessionTokens:
    assert tokens.refresh_token is not None
    return await world.refresh(tokens.refresh_token)


async def sessions(world: World, user: User) -> list[Session]:
    return list(await world.views.sessions(user.id, world.clock()))


def session_of(tokens: SessionTokens) -> SessionId:
    assert tokens.refresh_token is not None
    return SessionId(tokens.refresh_token.split()[1])


async def user_now(world: World, user: User) -> User:
    async with world.unit_of_work() as uow:
        found = await uow.users.get(user.id)
    assert found is not None
    return found


async def test_a_login_of_a_page_gives_a_short_token_and_a_refresh_token(world: World, ann: User) -> None:
    tokens = await log_in(world)
    assert tokens.lifetime == LIFETIMES.access
    assert tokens.session_lifetime == LIFETIMES.unused
    (session,) = await sessions(world, ann)
    assert (session.id, session.device, session.refreshes) == (session_of(tokens), DEVICE, 0)


async def test_a_login_of_the_contract_gives_a_token_for_a_day_and_no_refresh_token(
    world: World, ann: User
) -> None:
    tokens = await log_in(world, refreshed=False)
    assert (tokens.lifetime, tokens.refresh_token) == (LIFETIMES.token, None)


async def test_each_refresh_gives_new_tokens_and_prolongs_the_session(world: World, ann: User) -> None:
    tokens = await log_in(world)
    for number in range(1, 6):
        world.clock.advance(days=20)
        before, tokens = tokens.refresh_token, await refreshed(world, tokens)
        assert tokens.refresh_token != before
        (session,) = await sessions(world, ann)
        assert (session.refreshes, session.last_used_at) == (number, world.clock())
        assert session.expires_at == world.clock() + LIFETIMES.unused
    assert (await user_now(world, ann)).last_seen_at == world.clock()


async def test_a_refresh_token_that_comes_twice_ends_the_session(
    world: World, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    stolen, other = await log_in(world), await log_in(world)
    newest = await refreshed(world, await refreshed(world, stolen))
    caplog.set_level(logging.INFO, "security")
    with pytest.raises(SessionEnded):
        await refreshed(world, stolen)
    assert caplog.messages == [f"event=refresh_reused user={ann.id} session={session_of(stolen)}"]
    with pytest.raises(SessionEnded):
        await refreshed(world, newest)
    with pytest.raises(SessionEnded):
        await world.ended_sessions.require_open(session_of(stolen))
    assert [one.id for one in await sessions(world, ann)] == [session_of(other)]
    assert await refreshed(world, other)


async def test_of_two_refreshes_at_the_same_moment_one_counts_as_the_second_use(
    world: World, ann: User
) -> None:
    tokens = await log_in(world)
    outcomes = await asyncio.gather(*(refreshed(world, tokens) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["SessionEnded", "SessionTokens"]
    assert await sessions(world, ann) == []


async def test_a_refresh_that_the_database_did_not_take_can_be_tried_again(world: World, ann: User) -> None:
    tokens = await log_in(world)
    world.take_the_database_away(times=1)
    with pytest.raises(ServiceUnavailable):
        await refreshed(world, tokens)
    assert await refreshed(world, tokens)


async def test_a_session_that_was_not_used_for_thirty_days_has_expired(world: World, ann: User) -> None:
    tokens = await log_in(world)
    world.clock.advance(days=30)
    with pytest.raises(InvalidToken, match="expired"):
        await refreshed(world, tokens)
    assert await sessions(world, ann) == []
    assert await world.forget_sessions() == 1


async def test_a_session_of_a_guest_ends_with_the_guest(world: World, ann: User) -> None:
    tokens = await log_in(world)
    await become_guest(world, ann, timedelta(minutes=10))
    tokens = await refreshed(world, tokens)
    assert tokens.lifetime == tokens.session_lifetime == timedelta(minutes=10)


async def test_logging_out_ends_one_session_on_this_process_at_once(world: World, ann: User) -> None:
    here, there = await log_in(world), await log_in(world)
    await world.end_session(ann.id, session_of(here))
    with pytest.raises(SessionEnded):
        await world.ended_sessions.require_open(session_of(here))
    await world.ended_sessions.require_open(session_of(there))
    with pytest.raises(NotFound):
        await world.end_session(ann.id, session_of(here))
    with pytest.raises(SessionEnded):
        await refreshed(world, here)


async def test_a_session_of_another_user_cannot_be_ended(world: World, ann: User) -> None:
    tokens, ben = await log_in(world), await world.new_user("ben")
    with pytest.raises(NotFound):
        await world.end_session(ben.id, session_of(tokens))
    assert await refreshed(world, tokens)


async def test_logging_out_everywhere_ends_all_sessions_of_the_user_only(
    world: World, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    await world.new_user("ben")
    of_ben = await log_in(world, email="ben@example.org")
    own = [await log_in(world, refreshed=True) for _ in range(3)]
    await log_in(world, refreshed=False)
    caplog.set_level(logging.INFO, "security")
    await world.end_all_sessions(ann.id)
    assert caplog.messages == [f"event=logout user={ann.id} sessions=4"]
    for tokens in own:
        with pytest.raises(SessionEnded):
            await refreshed(world, tokens)
    assert await sessions(world, ann) == []
    assert await refreshed(world, of_ben)
    await world.end_all_sessions(ann.id)


async def test_logging_out_by_refresh_token_works_for_any_of_them_and_twice(world: World, ann: User) -> None:
    old = await log_in(world)
    await refreshed(world, old)
    for _ in range(2):
        await world.log_out([old.refresh_token or "", "nonsense"])
        assert await sessions(world, ann) == []
    await world.log_out([])


async def test_beyond_the_most_sessions_the_one_that_was_used_longest_ago_ends(
    world: World, ann: User
) -> None:
    used = await log_in(world)
    for _ in range(MOST_SESSIONS - 1):
        world.clock.advance(minutes=1)
        await log_in(world, refreshed=False)
    used = await refreshed(world, used)
    second = min(await sessions(world, ann), key=lambda one: one.last_used_at)
    await log_in(world)
    remaining = [one.id for one in await sessions(world, ann)]
    assert len(remaining) == MOST_SESSIONS
    assert second.id not in remaining
    assert await refreshed(world, used)
    world.clock.advance(seconds=8)
    with pytest.raises(SessionEnded):
        await world.ended_sessions.require_open(second.id)


def change(ann: User, tokens: SessionTokens, **changes: object) -> ChangePasswordCommand:
    command = ChangePasswordCommand(
        user_id=ann.id,
        session_id=session_of(tokens),
        current_password=PASSWORD,
        new_password=NEW_PASSWORD,
        client_address=HOME,
    )
    return replace(command, **changes)  # type: ignore[arg-type]


async def mails(world: World) -> list[Mail]:
    """Return the mails that are due, beside that of the sign-up."""
    async with world.unit_of_work() as uow:
        due = await uow.mails.lock_due(world.clock(), 10)
    return [mail for mail in due if mail.kind is not MailKind.CONFIRM_ADDRESS]


async def test_a_changed_password_ends_the_other_sessions_and_is_told_by_mail(
    world: World, ann: User, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = await log_in(world), await log_in(world)
    caplog.set_level(logging.INFO, "security")
    await world.change_password(change(ann, here))
    assert caplog.messages == [f"event=password_changed user={ann.id} sessions=1"]
    with pytest.raises(SessionEnded):
        await world.ended_sessions.require_open(session_of(there))
    assert await refreshed(world, here)
    with pytest.raises(WrongCredentials):
        await log_in(world)
    assert await log_in(world, password=NEW_PASSWORD)
    (mail,) = await mails(world)
    assert (mail.kind, mail.address) == (MailKind.PASSWORD_CHANGED, ann.email)


async def test_a_wrong_current_password_changes_nothing_and_is_throttled_like_a_login(
    world: World, ann: User
) -> None:
    here, there = await log_in(world), await log_in(world)
    wrong = change(ann, here, current_password="wrong horse", client_address="198.51.100.7")
    for _ in range(3):
        with pytest.raises(WrongPassword):
            await world.change_password(wrong)
    for command in (wrong, replace(wrong, current_password=PASSWORD)):
        with pytest.raises(TooManyTries):
            await world.change_password(command)
    with pytest.raises(TooManyTries):
        await log_in(world, client_address="198.51.100.7")
    assert await mails(world) == []
    assert await refreshed(world, there)
    assert await log_in(world)


async def test_a_new_password_follows_the_rules_of_signing_up_and_a_refused_one_is_no_guess(
    world: World, ann: User
) -> None:
    here = await log_in(world)
    for refused in ("short", "password123", "ann@example.org!", "aaaaaaaaaa"):
        for _ in range(3):
            with pytest.raises(InvalidValue) as error:
                await world.change_password(change(ann, here, new_password=refused))
            assert error.value.field == "password"
    assert await log_in(world)


async def test_a_change_that_finds_no_room_for_hashing_is_no_guess(world: World, ann: User) -> None:
    here = await log_in(world)
    world.passwords.busy = True
    for _ in range(10):
        with pytest.raises(HashingBusy):
            await world.change_password(change(ann, here))
    world.passwords.busy = False
    await world.change_password(change(ann, here))


async def test_a_guest_has_no_password_to_change(world: World, ann: User) -> None:
    here = await log_in(world)
    await become_guest(world, ann, timedelta(days=1))
    with pytest.raises(NoPassword):
        await world.change_password(change(ann, here))


async def test_a_password_of_an_erased_account_cannot_be_changed(world: World, ann: User) -> None:
    here = await log_in(world)
    with pytest.raises(AccountGone):
        await world.change_password(change(ann, here, user_id=UserId("0" * 32)))


async def test_of_two_changes_at_the_same_moment_one_is_refused(world: World, ann: User) -> None:
    here = await log_in(world)
    commands = [change(ann, here, new_password=f"{NEW_PASSWORD} {number}") for number in range(2)]
    outcomes = await asyncio.gather(*map(world.change_password, commands), return_exceptions=True)
    assert [type(one) for one in outcomes].count(WrongPassword) == 1
    assert len(await mails(world)) == 1


async def test_a_login_that_began_before_the_password_changed_gets_no_session(
    world: World, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await log_in(world)
    verify = world.passwords.verify

    async def verify_and_change(password_hash: str | None, password: str) -> bool:
        is_right = await verify(password_hash, password)
        monkeypatch.setattr(world.passwords, "verify", verify)
        await world.change_password(change(ann, here))
        return is_right

    monkeypatch.setattr(world.passwords, "verify", verify_and_change)
    with pytest.raises(WrongCredentials):
        await log_in(world)
    assert [one.id for one in await sessions(world, ann)] == [session_of(here)]


async def test_who_was_logged_out_meanwhile_cannot_change_the_password(
    world: World, ann: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await log_in(world)
    hash_password = world.passwords.hash

    async def hash_and_log_out(password: str) -> str:
        await world.end_all_sessions(ann.id)
        return await hash_password(password)

    monkeypatch.setattr(world.passwords, "hash", hash_and_log_out)
    with pytest.raises(SessionEnded):
        await world.change_password(change(ann, here))
    assert (await user_now(world, ann)).password_hash == f"hash of {PASSWORD}"


async def become_guest(world: World, user: User, left: timedelta) -> None:
    """Turn the account into what a guest is, who is erased when so much time is over."""
    async with world.unit_of_work() as uow:
        locked = await uow.users.lock(user.id)
        assert locked is not None
        locked.email, locked.password_hash, locked.erase_at = None, None, world.clock() + left
        await uow.users.save(locked)
        await uow.commit()
