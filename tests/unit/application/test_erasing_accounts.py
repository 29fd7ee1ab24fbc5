"""Erasing accounts and guests."""

import asyncio
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from application.accounts.erase import EraseAccountCommand
from application.accounts.log_in import LogInCommand
from application.accounts.sessions import SessionTokens
from application.errors import (
    AccountGone,
    HashingBusy,
    NotFound,
    PasswordMissing,
    ServiceUnavailable,
    SessionEnded,
    TooManyTries,
    WrongCredentials,
    WrongPassword,
)
from application.feedback.answer_survey import AnswerSurvey, AnswerSurveyCommand
from application.feedback.rate import RateFace, RateFaceCommand
from databases.examples import QUOTAS
from domain.erasure import Receipt
from domain.feedback import FaceKind, Rating
from domain.user import User
from unit.application.world import DEVICE, HOME, World

PASSWORD = "correct horse"
ELSEWHERE = "198.51.100.7"


async def erase(
    world: World, user: User, password: str | None = PASSWORD, client_address: str = HOME
) -> Receipt:
    return await world.erase_account(
        EraseAccountCommand(user_id=user.id, password=password, client_address=client_address)
    )


async def log_in(world: World, name: str = "ann") -> SessionTokens:
    command = LogInCommand(email=f"{name}@example.org", password=PASSWORD, client_address=HOME, device=DEVICE)
    return await world.log_in(command)


async def active(world: World, name: str = "ann") -> User:
    """Sign a user up who has two sessions, a mail, a finished request with feedback and a queued one."""
    user = await world.new_user(name)
    for _ in range(2):
        await log_in(world, name)
    request = await world.submit(user)
    await world.run()
    rating = {"user_id": user.id, "request_id": request.id, "generation_id": request.latest_generation_id}
    rate, answer = RateFace(world.unit_of_work, world.clock), AnswerSurvey(world.unit_of_work, world.clock)
    for kind in FaceKind:
        await rate(RateFaceCommand(kind=kind, rating=Rating(stars=4), **rating))  # type: ignore[arg-type]
    await answer(AnswerSurveyCommand(answers={"opinion": "good"}, **rating))  # type: ignore[arg-type]
    await world.submit(user)
    assert user.email is not None
    world.kept_mails.addresses.append(user.email)
    return user


async def rows_of(world: World) -> dict[str, int]:
    """Return how many rows each table has."""
    tables = vars(world.database._tables)
    return {name: len(table) for name, table in tables.items() if isinstance(table, dict)}


async def test_erasing_an_account_leaves_nothing_of_it_and_all_of_others(world: World) -> None:
    bob = await active(world, "bob")
    await world.run()
    before, blobs = await rows_of(world), await world.blob_keys()
    ann = await active(world)
    receipt = await erase(world, ann)
    ended = {"ended_sessions": 2, "erasures": 2}  # neither says whose they were
    assert await rows_of(world) == {**before, **ended}
    assert await world.blob_keys() == blobs
    assert world.kept_mails.addresses == [bob.email]
    assert receipt == Receipt(
        erased_at=world.clock(),
        sessions=2,
        consents=0,
        mails=1,
        requests=2,
        recordings=2,
        generations=2,
        faces=2,
        ratings=2,
        surveys=1,
        stored_bytes=receipt.stored_bytes,
        files_are_left=True,
    )
    assert receipt.stored_bytes > 2 * len(b"a voice")


async def test_the_receipt_of_an_empty_account_says_that_nothing_is_left(world: World) -> None:
    receipt = await erase(world, await world.new_user())
    assert not receipt.files_are_left
    assert (receipt.requests, receipt.sessions, receipt.stored_bytes) == (0, 0, 0)


async def test_every_session_of_an_erased_account_is_refused(world: World) -> None:
    user = await world.new_user()
    for _ in range(3):
        await log_in(world)
    sessions = await world.views.sessions(user.id, world.clock())
    assert len(sessions) == 3
    await erase(world, user)
    for session in sessions:
        with pytest.raises(SessionEnded):
            await world.ended_sessions.require_open(session.id)


async def test_a_wrong_password_erases_nothing_and_ends_no_session(world: World) -> None:
    user = await active(world)
    before = await rows_of(world)
    with pytest.raises(WrongPassword):
        await erase(world, user, "wrong horse", ELSEWHERE)
    after = await rows_of(world)
    assert after == {**before, "throttles": after["throttles"]}
    with pytest.raises(PasswordMissing):
        await erase(world, user, None)
    assert await rows_of(world) == after


async def test_passwords_for_an_erasure_are_throttled_like_those_for_a_login(world: World) -> None:
    user = await world.new_user()
    for _ in range(3):
        with pytest.raises(WrongPassword):
            await erase(world, user, "wrong horse")
    with pytest.raises(TooManyTries):
        await erase(world, user)
    world.clock.advance(seconds=4)
    await erase(world, user)


async def test_a_right_password_counts_no_try_and_the_throttles_of_the_account_are_forgotten(
    world: World,
) -> None:
    user = await world.new_user()
    for address in (HOME, ELSEWHERE):
        with pytest.raises(WrongPassword):
            await erase(world, user, "wrong horse", address)
    world.clock.advance(hours=1)
    await erase(world, user, client_address=ELSEWHERE)
    tried = {
        key: one.count for key, one in world.database._tables.throttles.items() if key.startswith("password")
    }
    assert tried == {f"passwords from {ELSEWHERE}": 0}


async def test_while_passwords_cannot_be_hashed_nothing_is_erased(world: World) -> None:
    user = await world.new_user()
    world.passwords.busy = True
    with pytest.raises(HashingBusy):
        await erase(world, user)
    world.passwords.busy = False
    await erase(world, user)


async def test_a_guest_is_erased_without_a_password(world: World) -> None:
    user = await world.new_user()
    async with world.unit_of_work() as uow:
        guest = await uow.users.lock(user.id)
        assert guest is not None
        guest.email = guest.password_hash = None
        await uow.users.save(guest)
        await uow.commit()
    await world.submit(guest)
    await world.run()
    receipt = await erase(world, guest, None)
    assert (receipt.requests, receipt.faces) == (1, 2)
    assert await world.blob_keys() == set()


async def test_of_two_erasures_at_once_one_finds_the_account_gone(world: World) -> None:
    user = await active(world)
    outcomes = await asyncio.gather(*(erase(world, user) for _ in range(2)), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AccountGone", "Receipt"]
    with pytest.raises(AccountGone):
        await erase(world, user)


async def test_the_address_can_be_signed_up_with_again_at_once(world: World) -> None:
    await erase(world, await active(world))
    again = await world.new_user()
    assert await world.show.all(again.id) == []
    await log_in(world)


@pytest.mark.parametrize("round_", range(8))
async def test_what_comes_at_the_same_moment_finds_the_account_as_it_was_or_gone(
    world: World, round_: int
) -> None:
    user = await active(world)
    request = (await world.show.all(user.id))[-1]

    async def later(turns: int) -> Receipt:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await erase(world, user)

    work = (
        world.submit(user),
        log_in(world),
        world.regenerate(user.id, request.id),
        world.erase(user.id, request.id),
        world.run(),
        later(round_ * 4),
    )
    outcomes = await asyncio.gather(*work, return_exceptions=True)
    *others, receipt = outcomes
    assert isinstance(receipt, Receipt)
    unexpected = [
        outcome
        for outcome in others
        if isinstance(outcome, BaseException)
        and not isinstance(outcome, AccountGone | WrongCredentials | NotFound)
    ]
    assert not unexpected
    world.clock.advance(minutes=1)
    await world.forget_erased()
    await world.finish_erasures()
    assert await world.blob_keys() == set()
    rows = await rows_of(world)
    assert {name for name, count in rows.items() if count} <= {"ended_sessions", "tasks", "throttles"}


async def test_a_worker_that_draws_stops_and_leaves_no_blob(world: World) -> None:
    world.voice_faces.seconds = 60
    user = await world.new_user()
    await world.submit(user)
    job = asyncio.create_task(world.run())
    while not world.voice_faces.orders:
        await asyncio.sleep(0)
    receipt = await erase(world, user)
    assert receipt.files_are_left
    await asyncio.wait_for(job, 30)
    assert await world.blob_keys() == set()


async def test_what_a_killed_worker_stores_after_the_erasure_is_removed(world: World) -> None:
    user = await world.new_user()
    request = await world.submit(user)
    key = await world.abandon(request.latest_generation_id)
    await erase(world, user)
    assert await world.blob_keys() == set()
    await world.put_blob(key)
    world.clock.advance(seconds=6)
    await world.finish_erasures()
    assert await world.blob_keys() == set()


async def test_a_user_who_came_back_meanwhile_is_not_erased(world: World) -> None:
    user = await active(world)

    def require_idle(now: User) -> None:
        if now.last_seen_at > user.last_seen_at:
            raise NotFound("idle account")

    world.clock.advance(hours=2)
    await log_in(world)
    before = await rows_of(world)
    with pytest.raises(NotFound):
        await world.account_erasure(user.id, require_idle)
    assert await rows_of(world) == before


async def test_while_mails_cannot_be_removed_nothing_is_erased(world: World) -> None:
    user = await active(world)
    before = await rows_of(world)
    world.kept_mails.is_away = True
    with pytest.raises(ServiceUnavailable):
        await erase(world, user)
    after = await rows_of(world)
    assert after == {**before, "throttles": after["throttles"]}
    world.kept_mails.is_away = False
    await erase(world, user)


async def test_an_erasure_whose_answer_was_lost_is_finished(world: World) -> None:
    user = await active(world)
    world.lose_the_answer_to_the_next_commit()
    with pytest.raises(ServiceUnavailable):
        await world.account_erasure(user.id)
    with pytest.raises(AccountGone):
        await erase(world, user)
    world.clock.advance(seconds=6)
    await world.finish_erasures()
    assert await world.blob_keys() == set()


async def test_a_large_account_is_erased_like_a_small_one(tmp_path: Path) -> None:
    world = World(tmp_path, replace(QUOTAS, open_requests=0, requests_a_day=0, drawing_seconds_a_day=0))
    user = await world.new_user()
    for _ in range(60):
        await world.submit(user)
        await world.run()
    receipt = await erase(world, user)
    assert (receipt.requests, receipt.faces) == (60, 120)
    assert await world.blob_keys() == set()


async def test_the_event_of_an_erasure_says_how_much_and_not_whose_address_it_was(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    user = await active(world)
    with caplog.at_level(logging.INFO, "security"):
        await erase(world, user)
    (event,) = [text for text in caplog.messages if "account_erased" in text]
    assert event.startswith(f"event=account_erased user={user.id} sessions=2 consents=0 mails=1 requests=2 ")
    assert "ann@example.org" not in caplog.text
