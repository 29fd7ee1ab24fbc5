"""Guests: what they may do, and how they become accounts."""

import asyncio
import logging
from collections import Counter
from datetime import timedelta

import pytest

from application.accounts.agree import AgreeCommand
from application.accounts.begin_guest import BeginGuest, BeginGuestCommand, GuestBegun
from application.accounts.log_in import LogInCommand
from application.accounts.sign_up import SignUpCommand
from application.errors import (
    AccountGone,
    EmailTaken,
    GuestsOff,
    HashingBusy,
    InvalidToken,
    ServiceUnavailable,
    SessionEnded,
    TooManyTries,
)
from databases.examples import CONSENT_POLICY
from domain.errors import AlreadySignedUp, GenerationInFlight, GuestLimit
from domain.generation import State
from domain.ids import UserId, new_id
from domain.quotas import OF_GUEST
from domain.session import Session
from domain.usage import QuotaName
from domain.user import GUEST_STAYS, User
from domain.voice import Gender, Person
from unit.application.world import DEVICE, HOME, LIFETIMES, PERSON, World

OTHER_PERSON = Person(51, Gender.MAN)


async def sign_up_as(
    world: World, guest_id: UserId, email: str = "ann@example.org", person: Person | None = None
) -> User:
    return await world.sign_up(
        SignUpCommand(
            email=email,
            password="correct horse",
            person=person or Person(20, Gender.MAN),
            client_address=HOME,
            guest_id=guest_id,
            states_age=person is not None,
            states_gender=person is not None,
        )
    )


async def stored(world: World, user_id: UserId) -> User:
    async with world.unit_of_work() as uow:
        user = await uow.users.get(user_id)
    assert user is not None
    return user


async def session_of(world: World, user_id: UserId) -> Session:
    (session,) = await world.views.sessions(user_id, world.clock())
    return session


async def test_a_guest_gets_a_session_that_is_refreshed_for_a_day_at_most(world: World) -> None:
    begun = await world.new_guest()
    guest = await stored(world, begun.user.id)
    assert (guest.is_guest, guest.person) == (True, PERSON)
    assert begun.erase_at == guest.erase_at == world.clock() + GUEST_STAYS
    session = await session_of(world, begun.user.id)
    assert (session.refreshes, session.expires_at, session.device) == (0, begun.erase_at, DEVICE)
    assert begun.tokens.lifetime == LIFETIMES.access
    assert begun.tokens.session_lifetime == GUEST_STAYS


async def test_no_token_of_a_guest_is_valid_when_the_guest_is_due_for_erasure(world: World) -> None:
    begun = await world.new_guest()
    world.clock.advance(hours=23, minutes=50)
    refreshed = await world.refresh(begun.tokens.refresh_token or "")
    assert refreshed.lifetime == refreshed.session_lifetime == timedelta(minutes=10)
    world.clock.advance(minutes=10)
    with pytest.raises(InvalidToken):
        await world.refresh(refreshed.refresh_token or "")


async def test_guests_begin_only_where_the_operator_takes_them(world: World) -> None:
    begin = BeginGuest(
        world.unit_of_work,
        world.sessions,
        world.throttles,
        world.clock,
        allowed=False,
        consent_policy=CONSENT_POLICY,
    )
    with pytest.raises(GuestsOff):
        await begin(BeginGuestCommand(person=PERSON, client_address=HOME, device=DEVICE))


async def test_ten_guests_an_hour_can_begin_from_one_address(world: World) -> None:
    outcomes = await asyncio.gather(*(world.new_guest() for _ in range(25)), return_exceptions=True)
    assert Counter(type(one) for one in outcomes) == {GuestBegun: 10, TooManyTries: 15}
    await world.new_guest("198.51.100.7")
    world.clock.advance(hours=1)
    await world.new_guest()


async def test_a_guest_whom_the_database_lost_counts_as_no_try(world: World) -> None:
    for _ in range(20):
        world.take_the_database_away(times=1)
        with pytest.raises(ServiceUnavailable):
            await world.new_guest()
    await world.new_guest()


async def test_a_guest_has_one_request_however_many_are_sent_at_once(world: World) -> None:
    guest = (await world.new_guest()).user
    outcomes = await asyncio.gather(*(world.submit(guest) for _ in range(5)), return_exceptions=True)
    refused = [one for one in outcomes if isinstance(one, GuestLimit)]
    assert len(refused) == 4
    assert len(await world.blob_keys()) == 1
    with pytest.raises(GuestLimit):
        await world.admit_user(guest.id)


async def test_a_guest_whose_request_failed_or_was_erased_can_send_another_one_once(world: World) -> None:
    for erases in (False, True):
        guest = (await world.new_guest()).user
        request = await world.submit(guest)
        await (world.erase(guest.id, request.id) if erases else world.fail(request))
        await world.admit_user(guest.id)
        again = await world.submit(guest)
        await world.erase(guest.id, again.id)
        with pytest.raises(GuestLimit, match="twice"):
            await world.submit(guest)


async def test_a_guest_can_have_the_faces_made_again_once(world: World) -> None:
    guest = (await world.new_guest()).user
    request = await world.submit(guest)
    with pytest.raises(GenerationInFlight):
        await world.regenerate(guest.id, request.id)
    await world.run()
    await world.regenerate(guest.id, request.id)
    await world.run()
    with pytest.raises(GuestLimit, match="Sign up to have more made"):
        await world.regenerate(guest.id, request.id)
    results = await world.show.one(guest.id, request.id)
    assert results.state is State.SUCCEEDED


async def test_a_guest_who_signs_up_keeps_the_result_and_may_use_what_an_account_may(world: World) -> None:
    begun = await world.new_guest()
    guest = begun.user.id
    request = await world.submit(begun.user)
    await world.run()
    world.clock.advance(hours=2)
    user = await sign_up_as(world, guest)
    assert (user.id, user.email, user.person) == (guest, "ann@example.org", PERSON)
    assert vars(await stored(world, user.id)) == vars(user)
    assert (user.erase_at, user.created_at) == (None, begun.user.created_at)
    assert [one.id for one in await world.show.all(user.id)] == [request.id]
    command = LogInCommand(
        email="ann@example.org", password="correct horse", client_address=HOME, device=DEVICE
    )
    assert (await world.log_in(command)).email == "ann@example.org"
    await world.admit_user(user.id)  # with a token from before
    await world.submit(user)


async def test_the_sessions_of_a_guest_who_signs_up_end_as_they_may_be_another_client_s_too(
    world: World,
) -> None:
    begun = await world.new_guest()
    before = await session_of(world, begun.user.id)
    await sign_up_as(world, begun.user.id)
    with pytest.raises(SessionEnded):
        await world.ended_sessions.require_open(before.id)
    with pytest.raises(InvalidToken):
        await world.refresh(begun.tokens.refresh_token or "")


async def test_age_and_gender_that_come_with_the_sign_up_replace_those_of_the_guest(world: World) -> None:
    user = await sign_up_as(world, (await world.new_guest()).user.id, person=OTHER_PERSON)
    assert (await stored(world, user.id)).person == OTHER_PERSON


async def test_a_guest_whose_address_is_taken_stays_a_guest_and_can_use_another_one(world: World) -> None:
    await world.new_user("ann")
    begun = await world.new_guest()
    guest = begun.user.id
    before = vars(await stored(world, guest))
    with pytest.raises(EmailTaken):
        await sign_up_as(world, guest)
    assert vars(await stored(world, guest)) == before
    assert (await session_of(world, guest)).expires_at == begun.erase_at
    await sign_up_as(world, guest, "ann.other@example.org")


async def test_of_several_sign_ups_with_the_token_of_one_guest_one_wins(world: World) -> None:
    guest = (await world.new_guest()).user.id
    emails = [f"ann{number}@example.org" for number in range(5)]
    outcomes = await asyncio.gather(
        *(sign_up_as(world, guest, email) for email in emails), return_exceptions=True
    )
    assert Counter(type(one) for one in outcomes) == {User: 1, AlreadySignedUp: 4}
    (winner,) = [one for one in outcomes if isinstance(one, User)]
    assert (await stored(world, guest)).email == winner.email


async def test_of_several_guests_who_want_one_address_one_gets_it_and_the_others_stay_guests(
    world: World,
) -> None:
    guests = [(await world.new_guest()).user.id for _ in range(5)]
    outcomes = await asyncio.gather(*(sign_up_as(world, one) for one in guests), return_exceptions=True)
    assert Counter(type(one) for one in outcomes) == {User: 1, EmailTaken: 4}
    assert sum([(await stored(world, one)).is_guest for one in guests]) == 4


async def test_a_guest_who_was_erased_meanwhile_cannot_sign_up(world: World) -> None:
    erased = UserId(new_id())
    with pytest.raises(AccountGone):
        await sign_up_as(world, erased)
    await world.require_free_email("ann@example.org", HOME)
    with pytest.raises(AccountGone):
        await world.admit_user(erased)


async def test_a_guest_whose_sign_up_found_no_room_for_hashing_can_try_again(world: World) -> None:
    guest = (await world.new_guest()).user.id
    world.passwords.busy = True
    with pytest.raises(HashingBusy):
        await sign_up_as(world, guest)
    world.passwords.busy = False
    await sign_up_as(world, guest)


async def test_a_sign_up_whose_answer_was_lost_says_so_when_it_is_repeated(world: World) -> None:
    guest = (await world.new_guest()).user.id
    world.lose_the_answer_to_the_sign_up_of(guest)
    with pytest.raises(ServiceUnavailable):
        await sign_up_as(world, guest)
    with pytest.raises(AlreadySignedUp, match="Log in"):
        await sign_up_as(world, guest)


async def test_faces_of_a_guest_without_room_fail_and_say_what_to_do(world: World) -> None:
    guest = (await world.new_guest()).user
    request = await world.submit(guest, b"v" * (OF_GUEST[QuotaName.STORED_BYTES] - 1))
    await world.run()
    failed = await world.generation(request.latest_generation_id)
    assert failed.state is State.FAILED
    assert failed.failure == "A guest has no room for more files. Sign up to get more room: your faces stay."


async def test_beginning_and_signing_up_leave_events(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "security")
    guest = (await world.new_guest()).user.id
    await sign_up_as(world, guest)
    assert [one.getMessage() for one in caplog.records if one.name == "security"] == [
        f"event=guest user={guest}",
        f"event=sign_up user={guest}",
    ]


async def test_a_guest_who_withdrew_can_sign_up_with_a_new_consent_and_send_a_recording(world: World) -> None:
    guest = (await world.new_guest()).user
    agreed = await world.agree(AgreeCommand(user_id=guest.id, notice_version=CONSENT_POLICY.current_version))
    await world.withdraw_consent(guest.id, agreed.id)
    user = await world.sign_up(
        SignUpCommand(
            email="ann@example.org",
            password="correct horse",
            person=PERSON,
            client_address=HOME,
            guest_id=guest.id,
            notice_version=CONSENT_POLICY.current_version,
        )
    )
    await world.submit(user)


async def test_a_guest_who_states_only_the_age_anew_keeps_the_gender(world: World) -> None:
    guest = (await world.new_guest()).user
    user = await world.sign_up(
        SignUpCommand(
            email="ann@example.org",
            password="correct horse",
            person=Person(51, Gender.MAN),
            client_address=HOME,
            guest_id=guest.id,
            states_gender=False,
        )
    )
    assert user.person == Person(51, PERSON.gender)
