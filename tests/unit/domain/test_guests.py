"""What a guest is, may use and becomes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from databases.examples import QUOTAS
from domain.errors import AlreadySignedUp, GuestLimit, InvalidValue, QuotaExceeded
from domain.quotas import OF_GUEST, Quotas
from domain.session import Device, Session, SessionLifetimes
from domain.usage import QuotaName, Usage
from domain.user import GUEST_STAYS, User
from domain.voice import Gender, Person

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
PERSON = Person(34, Gender.WOMAN)
LIFETIMES = SessionLifetimes(
    token=timedelta(hours=24), access=timedelta(minutes=15), unused=timedelta(days=30)
)
DEVICE = Device(name="Firefox on Linux", address=None)


def new_guest() -> User:
    return User.begin_as_guest(PERSON, NOW, NOW + GUEST_STAYS)


def account() -> User:
    return User.sign_up("anna@example.org", "hash", PERSON, NOW)


def test_a_guest_has_no_address_and_no_password_and_a_day_to_sign_up() -> None:
    guest = new_guest()
    assert (guest.is_guest, guest.email, guest.password_hash) == (True, None, None)
    assert guest.sessions_end_at == guest.erase_at == NOW + timedelta(days=1)


def test_a_guest_who_comes_back_gets_no_longer_day() -> None:
    guest = new_guest()
    assert guest.come_back(NOW + 5 * HOUR)
    assert guest.erase_at == NOW + GUEST_STAYS


def test_a_guest_who_signs_up_is_the_same_user_and_is_not_erased() -> None:
    guest = new_guest()
    user_id = guest.id
    guest.sign_up_as_guest(" Anna@Example.org", "hash", NOW + HOUR)
    assert (guest.id, guest.created_at, guest.person) == (user_id, NOW, PERSON)
    assert (guest.email, guest.password_hash) == ("anna@example.org", "hash")
    assert (guest.is_guest, guest.erase_at, guest.sessions_end_at) == (False, None, None)
    assert guest.last_seen_at == NOW + HOUR


def test_a_guest_signs_up_once_and_with_an_address() -> None:
    guest = new_guest()
    with pytest.raises(InvalidValue):
        guest.sign_up_as_guest("no address", "hash", NOW)
    assert guest.is_guest
    guest.sign_up_as_guest("anna@example.org", "hash", NOW)
    with pytest.raises(AlreadySignedUp):
        guest.sign_up_as_guest("ben@example.org", "other hash", NOW)
    assert (guest.email, guest.password_hash) == ("anna@example.org", "hash")


def test_an_account_that_is_to_be_erased_is_no_guest() -> None:
    idle = account()
    idle.erase_at = NOW + HOUR
    assert (idle.is_guest, idle.sessions_end_at) == (False, None)


def test_the_session_of_a_guest_ends_with_the_guest_and_no_token_of_it_lasts_longer() -> None:
    guest = new_guest()
    session = Session.begin(
        guest.id, DEVICE, LIFETIMES, NOW + HOUR, refreshed=True, latest=guest.sessions_end_at
    )
    assert session.expires_at == NOW + GUEST_STAYS
    assert session.token_lifetime(LIFETIMES, NOW + HOUR) == LIFETIMES.access
    assert session.token_lifetime(LIFETIMES, NOW + GUEST_STAYS - timedelta(minutes=2)) == timedelta(minutes=2)


def test_the_session_of_an_account_ends_when_it_was_not_used_for_long() -> None:
    user = account()
    session = Session.begin(user.id, DEVICE, LIFETIMES, NOW, refreshed=True, latest=user.sessions_end_at)
    assert session.expires_at == NOW + LIFETIMES.unused


def refusal(quotas: Quotas, usage: Usage, *, opens: int = 1, stored_bytes: int = 1) -> QuotaExceeded:
    with pytest.raises(QuotaExceeded) as caught:
        quotas.require_room(usage, NOW, opens=opens, stored_bytes=stored_bytes)
    return caught.value


def test_a_guest_has_one_request_and_an_account_as_many_as_before() -> None:
    guest, one = QUOTAS.of(new_guest()), Usage(open_requests=1, requests=1, first_queued_at=NOW)
    guest.require_room(Usage(), NOW)
    refused = refusal(guest, one)
    assert isinstance(refused, GuestLimit)
    assert (refused.code, refused.retry_after) == ("guest_limit", None)
    assert str(refused) == "A guest can send one recording. Sign up to send more: your faces stay."
    QUOTAS.of(account()).require_room(one, NOW)


def test_faces_of_a_guest_can_be_made_twice() -> None:
    guest = QUOTAS.of_guest()
    guest.require_room(Usage(open_requests=1, requests=1, first_queued_at=NOW), NOW, opens=0)
    refused = refusal(guest, Usage(open_requests=1, requests=2, first_queued_at=NOW), opens=0)
    assert (refused.code, refused.retry_after) == ("guest_limit", None)
    assert "Sign up" in str(refused)


def test_the_files_of_a_guest_have_less_room() -> None:
    most = OF_GUEST[QuotaName.STORED_BYTES]
    refused = refusal(QUOTAS.of_guest(), Usage(), stored_bytes=most + 1)
    assert refused.code == "guest_limit"
    with pytest.raises(GuestLimit):
        QUOTAS.of_guest().require_storage(Usage(stored_bytes=most), NOW, 1)
    QUOTAS.require_room(Usage(), NOW, stored_bytes=most + 1)


def test_where_signing_up_would_not_help_a_guest_is_not_told_to() -> None:
    few = replace(QUOTAS, open_requests=1, requests_a_day=1, stored_bytes=1000)
    full = Usage(open_requests=1, requests=1, first_queued_at=NOW - HOUR, stored_bytes=1000)
    assert refusal(few.of_guest(), full).code == "quota_exceeded"
    daily = refusal(few.of_guest(), full, opens=0)
    assert (daily.code, daily.retry_after) == ("storage_quota_exceeded", None)
    little = replace(QUOTAS, drawing_seconds_a_day=600)
    assert refusal(little.of_guest(), Usage(drawn_seconds=1)).code == "drawing_quota_exceeded"


def test_limits_that_are_lifted_for_users_still_hold_for_guests() -> None:
    none = replace(QUOTAS, open_requests=0, requests_a_day=0, stored_bytes=0)
    assert refusal(none.of_guest(), Usage(open_requests=1)).code == "guest_limit"
    assert refusal(none.of_guest(), Usage(requests=2), opens=0).code == "guest_limit"
