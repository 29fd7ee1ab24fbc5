"""Consent meets work that is under way: whatever comes first, nothing is drawn after a withdrawal."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from application.accounts.agree import AgreeCommand
from application.accounts.sign_up import SignUpCommand
from application.errors import AccountGone, NotFound, ServiceUnavailable
from application.requests.submit import SubmitFaceRequestCommand
from databases.examples import CONSENT_POLICY
from domain.consent import Consent
from domain.errors import ConsentRequired, ConsentWithdrawn, NoticeOutdated, TooYoung
from domain.face_request import FaceRequest
from domain.generation import State
from domain.ids import ConsentId, UserId
from domain.user import User
from domain.voice import Gender, Person
from unit.application.world import HOME, PERSON, World

NOTICE = CONSENT_POLICY.current_version


async def agree(world: World, user: User) -> Consent:
    return await world.agree(AgreeCommand(user_id=user.id, notice_version=NOTICE))


async def submit(world: World, user: User, **fields: Any) -> FaceRequest:
    voice = world.folder / "upload"
    voice.write_bytes(b"a voice")
    command = SubmitFaceRequestCommand(user_id=user.id, person=PERSON, voice=voice)
    return (await world.submit_request(replace(command, **fields))).request


async def state(world: World, request: FaceRequest) -> State:
    return (await world.generation(request.latest_generation_id)).state


async def test_a_worker_stops_at_its_next_heartbeat_after_a_withdrawal_and_leaves_no_file(
    world: World,
) -> None:
    user = await world.new_user()
    consent = await agree(world, user)
    request = await world.submit(user)
    world.voice_faces.seconds = 60
    async with asyncio.timeout(30):
        running = asyncio.create_task(world.run())
        while not world.voice_faces.orders:
            await asyncio.sleep(0.001)
        world.clock.advance(seconds=7)
        await world.withdraw_consent(user.id, consent.id)
        await running
    generation = await world.generation(request.latest_generation_id)
    assert generation.state is State.FAILED
    assert generation.failure == str(ConsentWithdrawn())
    assert await world.blob_keys("faces/") == set()
    assert await world.blob_keys("voices/") == {request.voice.key}  # withdrawing erases nothing
    usage = await world.views.usage(user.id, world.clock().replace(year=2000))
    assert (usage.in_flight, usage.drawn_seconds, usage.open_requests) == (0, 7, 0)


@pytest.mark.parametrize("withdraws_after", range(12))
async def test_a_submission_and_a_withdrawal_at_the_same_moment_leave_nothing_open(
    world: World, withdraws_after: int
) -> None:
    user = await world.new_user()
    consent = await agree(world, user)

    async def withdraw() -> None:
        for _ in range(withdraws_after):
            await asyncio.sleep(0)
        await world.withdraw_consent(user.id, consent.id)

    submitted, _ = await asyncio.gather(world.submit(user), withdraw(), return_exceptions=True)
    if isinstance(submitted, FaceRequest):
        assert await state(world, submitted) is State.FAILED
    else:
        assert isinstance(submitted, ConsentWithdrawn)
        assert await world.blob_keys() == set()


@pytest.mark.parametrize("withdraws_after", range(12))
async def test_making_again_and_a_withdrawal_at_the_same_moment_leave_nothing_open(
    world: World, withdraws_after: int
) -> None:
    user = await world.new_user()
    request = await submit(world, user, notice_version=NOTICE)
    await world.run()
    (consent,) = await world.views.consents(user.id)

    async def withdraw() -> None:
        for _ in range(withdraws_after):
            await asyncio.sleep(0)
        await world.withdraw_consent(user.id, consent.id)

    with suppress(ConsentWithdrawn):
        await asyncio.gather(world.regenerate(user.id, request.id), withdraw())
    await world.withdraw_consent(user.id, consent.id)
    (view,) = await world.views.requests(user.id)
    assert view.state.is_final


@pytest.mark.parametrize("erases_after", range(12))
async def test_an_erasure_and_a_withdrawal_of_one_request_at_the_same_moment_both_succeed(
    world: World, erases_after: int
) -> None:
    user = await world.new_user()
    request = await submit(world, user, notice_version=NOTICE)
    (consent,) = await world.views.consents(user.id)

    async def erase() -> None:
        for _ in range(erases_after):
            await asyncio.sleep(0)
        await world.erase(user.id, request.id)

    await asyncio.gather(erase(), world.withdraw_consent(user.id, consent.id))
    assert await world.blob_keys() == set()
    (consent,) = await world.views.consents(user.id)
    assert consent.withdrawn_at is not None


async def test_a_withdrawal_whose_answer_is_lost_can_be_tried_again(world: World) -> None:
    user = await world.new_user()
    consent = await agree(world, user)
    request = await world.submit(user)
    world.lose_the_answer_to_the_next_commit()
    with pytest.raises(ServiceUnavailable):
        await world.withdraw_consent(user.id, consent.id)
    assert (await world.withdraw_consent(user.id, consent.id)).withdrawn_at is not None
    assert await state(world, request) is State.FAILED


async def test_withdrawing_ends_all_consents_for_the_account_in_any_version(world: World) -> None:
    user = await world.new_user()
    old = await agree(world, user)
    newer = replace(CONSENT_POLICY, current_version="2027-03")
    async with world.unit_of_work() as uow:
        await uow.users.lock(user.id)
        await uow.consents.add(newer.consent(user.id, 30, world.clock(), notice_version="2027-03"))
        await uow.commit()
    await world.withdraw_consent(user.id, old.id)
    assert all(one.withdrawn_at for one in await world.views.consents(user.id))


async def test_a_consent_of_another_user_does_not_exist(world: World) -> None:
    ann, bob = await world.new_user("ann"), await world.new_user("bob")
    consent = await agree(world, ann)
    for consent_id in (consent.id, ConsentId("unknown")):
        with pytest.raises(NotFound):
            await world.withdraw_consent(bob.id, consent_id)
    (consent,) = await world.views.consents(ann.id)
    assert consent.withdrawn_at is None


async def test_an_account_that_is_gone_neither_agrees_nor_withdraws(world: World) -> None:
    gone = UserId("gone")
    with pytest.raises(AccountGone):
        await world.agree(AgreeCommand(user_id=gone, notice_version=NOTICE))
    with pytest.raises(AccountGone):
        await world.withdraw_consent(gone, ConsentId("any"))


async def test_a_recording_is_not_decoded_without_the_consent_that_is_demanded(tmp_path: Path) -> None:
    world = World(tmp_path, consent_policy=replace(CONSENT_POLICY, is_required=True))
    command = SignUpCommand(
        email="ann@example.org",
        password="correct horse",
        person=PERSON,
        client_address=HOME,
        notice_version=NOTICE,
    )
    user = await world.sign_up(command)
    unread = tmp_path / "there is no such file"
    for expected, fields in (
        (ConsentRequired, {}),
        (NoticeOutdated, {"notice_version": "2020-01"}),
        (TooYoung, {"notice_version": NOTICE, "person": Person(13, Gender.MAN)}),
    ):
        with pytest.raises(expected):
            await submit(world, user, voice=unread, **fields)
    with pytest.raises(ConsentRequired):
        await world.sign_up(replace(command, email="bob@example.org", notice_version=None))


async def test_what_is_refused_for_age_counts_as_no_sign_up(tmp_path: Path) -> None:
    world = World(tmp_path)
    child = SignUpCommand(
        email="kid@example.org",
        password="correct horse",
        person=Person(13, Gender.WOMAN),
        client_address=HOME,
    )
    for _ in range(100):
        with pytest.raises(TooYoung):
            await world.sign_up(child)
    await world.new_user()


async def test_consents_and_withdrawals_leave_events(world: World, caplog: pytest.LogCaptureFixture) -> None:
    user = await world.new_user()
    caplog.set_level(logging.INFO, "security")
    consent = await agree(world, user)
    await agree(world, user)  # recorded once
    await world.withdraw_consent(user.id, consent.id)
    await world.withdraw_consent(user.id, consent.id)
    assert [record.getMessage() for record in caplog.records if record.name == "security"] == [
        f"event=consent user={user.id} consent={consent.id} version={NOTICE}",
        f"event=consent_withdrawn user={user.id} consent={consent.id} request=-",
    ]
