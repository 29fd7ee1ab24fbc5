"""Erasing what is due, and what comes at the same moment."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from application.accounts.log_in import LogInCommand
from application.errors import AccountGone, ServiceUnavailable, WrongCredentials
from application.feedback.rate import RateFace, RateFaceCommand
from application.retention.erase_due import EVERY
from application.retention.erase_due_accounts import EraseDueAccounts
from application.retention.erase_due_requests import EraseDueRequests
from application.retention.tell_idle_users import TellIdleUsers
from databases.examples import QUOTAS
from domain.errors import FacesErased, RecordingErased
from domain.feedback import FaceKind, Rating
from domain.generation import Generation
from domain.mail import TRIED_FOR, Mail, MailKind
from domain.retention import Retention
from domain.user import User
from unit.application.world import DEVICE, HOME, World

DAY = timedelta(days=1)
KEPT = Retention(recordings=10 * DAY, faces=30 * DAY, failed=5 * DAY, idle_accounts=100 * DAY)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, retention=KEPT)


async def user_of(world: World, user: User) -> User | None:
    async with world.unit_of_work() as uow:
        return await uow.users.get(user.id)


async def mails(world: World) -> list[Mail]:
    """Return the mails that are due, beside that of the sign-up."""
    async with world.unit_of_work() as uow:
        due = await uow.mails.lock_due(world.clock(), 100)
    return [mail for mail in due if mail.kind is not MailKind.CONFIRM_ADDRESS]


async def log_in(world: World) -> None:
    await world.log_in(
        LogInCommand(email="ann@example.org", password="correct horse", client_address=HOME, device=DEVICE)
    )


async def idle_and_told(world: World) -> User:
    user = await world.new_user()
    world.clock.advance(days=70)
    assert await world.erase_due() == 1
    told = await user_of(world, user)
    assert told is not None
    assert told.erase_at is not None
    return told


async def test_a_sweep_comes_once_an_hour_whichever_process_begins_it(world: World) -> None:
    request = await world.submit(await world.new_user())
    await world.fail(request)
    assert await world.erase_due() == 0
    world.clock.advance(days=5)
    assert sum(await asyncio.gather(*(world.erase_due() for _ in range(5)))) == 1
    other = await world.submit(await world.new_user("bob"))
    await world.fail(other)
    world.clock.now += EVERY - timedelta(seconds=1)
    assert await world.erase_due() == 0


async def test_recording_and_faces_are_erased_one_after_the_other_and_then_the_request(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "security")
    user = await world.new_user()
    request = await world.submit(user)
    await world.run()
    faces = await world.blob_keys("faces/")
    assert faces
    world.clock.advance(days=10)
    assert await world.erase_due() == 1
    assert await world.blob_keys() == faces
    assert (await world.show.one(user.id, request.id)).voice_key is None
    with pytest.raises(RecordingErased):
        await world.regenerate(user.id, request.id)
    world.clock.advance(days=20)
    assert await world.erase_due() == 1
    assert await world.blob_keys() == set()
    assert await world.show.all(user.id) == []
    assert [one.message for one in caplog.records if "event=retention" in one.message] == [
        f"event=retention user={user.id} request={request.id} requests=0 recordings=1 faces=0",
        f"event=retention user={user.id} request={request.id} requests=1 recordings=0 faces=1",
    ]


async def test_more_than_a_batch_is_erased_in_one_sweep(tmp_path: Path) -> None:
    world = World(
        tmp_path,
        retention=KEPT,
        quotas=replace(QUOTAS, open_requests=0, requests_a_day=0, drawing_seconds_a_day=0),
    )
    user = await world.new_user()
    for _ in range(120):
        await world.fail(await world.submit(user))
    world.clock.advance(days=5)
    assert await world.erase_due() == 120
    assert await world.blob_keys() == set()


async def test_faces_made_again_at_the_same_moment_keep_the_recording_or_are_refused(world: World) -> None:
    user = await world.new_user()
    for _ in range(10):
        request = await world.submit(user)
        await world.run()
        world.clock.advance(days=10)
        sweep = EraseDueRequests(world.unit_of_work, world.blobs, world.clock, KEPT)
        outcome, _ = await asyncio.gather(
            world.regenerate(user.id, request.id), sweep(), return_exceptions=True
        )
        view = await world.show.one(user.id, request.id)
        assert isinstance(outcome, Generation | RecordingErased)
        assert (view.voice_key is not None) == isinstance(outcome, Generation)
        assert (view.voice_key in await world.blob_keys("voices/")) == (view.voice_key is not None)
        await world.run()
        await world.erase(user.id, request.id)


async def test_a_rating_at_the_same_moment_is_kept_or_refused(world: World) -> None:
    faces_for_a_day = Retention(faces=DAY)
    user = await world.new_user()
    request = await world.submit(user)
    await world.run()
    world.clock.advance(days=1)
    command = RateFaceCommand(
        user_id=user.id,
        request_id=request.id,
        generation_id=request.latest_generation_id,
        kind=FaceKind.VOICE,
        rating=Rating(stars=4),
    )
    sweep = EraseDueRequests(world.unit_of_work, world.blobs, world.clock, faces_for_a_day)
    outcome, erased = await asyncio.gather(
        RateFace(world.unit_of_work, world.clock)(command), sweep(), return_exceptions=True
    )
    assert erased == 1
    assert outcome is None or isinstance(outcome, FacesErased)
    generation = await world.generation(request.latest_generation_id)
    assert generation.faces is None
    assert generation.voice_rating == (Rating(stars=4) if outcome is None else None)


async def test_an_idle_account_is_erased_on_the_day_that_its_mail_names(world: World) -> None:
    user = await idle_and_told(world)
    (mail,) = await mails(world)
    assert user.erase_at is not None
    assert (mail.address, mail.facts) == ("ann@example.org", {"day": user.erase_at.date().isoformat()})
    world.clock.now = user.erase_at - timedelta(seconds=1)
    assert await world.erase_due() == 0
    world.clock.advance(hours=1)
    assert await world.erase_due() == 1
    assert await user_of(world, user) is None
    with pytest.raises(WrongCredentials):
        await log_in(world)


async def test_a_user_who_comes_back_keeps_the_account_and_is_told_again_next_time(world: World) -> None:
    user = await idle_and_told(world)
    await log_in(world)
    kept = await user_of(world, user)
    assert kept is not None
    assert kept.erase_at is None
    world.clock.advance(days=69)
    assert await world.erase_due() == 1
    assert len(await mails(world)) == 2


async def test_no_account_is_erased_earlier_than_its_mail_says_whatever_becomes_of_the_setting(
    world: World,
) -> None:
    user = await idle_and_told(world)
    assert user.erase_at is not None
    shorter = TellIdleUsers(world.unit_of_work, world.clock, replace(KEPT, idle_accounts=40 * DAY))
    assert await shorter() == 0
    world.clock.advance(days=29)
    assert await world.erase_due() == 0
    same = await user_of(world, user)
    assert same is not None
    assert same.erase_at == user.erase_at


async def test_a_sweep_that_comes_months_late_still_leaves_a_month(world: World) -> None:
    user = await world.new_user()
    world.clock.advance(days=400)
    await world.erase_due()
    world.clock.advance(days=29, hours=23)
    await world.erase_due()
    assert await user_of(world, user) is not None
    world.clock.advance(days=1, hours=2)
    await world.erase_due()
    assert await user_of(world, user) is None


@pytest.mark.parametrize("idle_accounts", [None, 200 * DAY])
async def test_an_account_that_a_changed_setting_does_not_count_as_idle_is_kept(
    world: World, idle_accounts: timedelta | None
) -> None:
    user = await idle_and_told(world)
    changed = TellIdleUsers(world.unit_of_work, world.clock, replace(KEPT, idle_accounts=idle_accounts))
    assert await changed() == 0
    kept = await user_of(world, user)
    assert kept is not None
    assert kept.erase_at is None


async def test_a_user_who_comes_back_at_the_last_moment_keeps_the_account_or_finds_it_gone(
    world: World,
) -> None:
    for _ in range(10):
        user = await idle_and_told(world)
        assert user.erase_at is not None
        world.clock.now = user.erase_at
        sweep = EraseDueAccounts(world.unit_of_work, world.account_erasure, world.clock)
        outcome, erased = await asyncio.gather(log_in(world), sweep(), return_exceptions=True)
        assert (outcome is None) == (await user_of(world, user) is not None)
        assert outcome is None or isinstance(outcome, WrongCredentials)
        assert erased == int(outcome is not None)
        if outcome is None:
            await world.account_erasure(user.id)


async def test_a_guest_goes_when_the_day_is_over_and_one_who_signed_up_stays(world: World) -> None:
    guests = [await world.new_user(name) for name in ("one", "two")]
    for guest in guests:
        async with world.unit_of_work() as uow:
            user = await uow.users.lock(guest.id)
            assert user is not None
            user.email, user.password_hash, user.erase_at = None, None, world.clock() + DAY
            await uow.users.save(user)
            await uow.commit()
        await world.submit(guest)
    world.clock.advance(hours=24)
    async with world.unit_of_work() as uow:
        user = await uow.users.lock(guests[0].id)
        assert user is not None
        user.email = "one@example.org"
        user.keep()
        await uow.users.save(user)
        await uow.commit()
    assert await world.erase_due() == 1
    assert len(await world.show.all(guests[0].id)) == len(await world.blob_keys("voices/")) == 1
    with pytest.raises(AccountGone):
        await world.account_erasure(guests[1].id)


async def test_a_user_whose_notice_could_not_be_sent_is_told_again_before_anything_is_erased(
    world: World,
) -> None:
    told = await idle_and_told(world)
    first = told.erase_at
    world.clock.now += TRIED_FOR  # no process ran meanwhile
    await world.send_mails()
    assert world.mailer.sent == []
    kept = await user_of(world, told)
    assert kept is not None
    assert kept.erase_at is None
    assert await world.erase_due() == 1
    again = await user_of(world, told)
    assert again is not None
    assert again.erase_at is not None
    assert first is not None
    assert again.erase_at > first
    await world.send_mails()
    assert [one["Subject"] for one in world.mailer.sent] != []


async def test_a_step_that_fails_does_not_keep_the_others_from_their_work(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = await idle_and_told(world)
    request = await world.submit(await world.new_user("bob"))
    await world.fail(request)
    world.clock.advance(days=60)

    async def refuse(_address: str) -> None:
        raise ServiceUnavailable("the folder of mails")

    monkeypatch.setattr(world.account_erasure, "_erase_mails", refuse)
    with pytest.raises(ServiceUnavailable):
        await world.erase_due()
    assert await user_of(world, idle) is not None
    async with world.unit_of_work() as uow:
        assert await uow.requests.get(request.id) is None
