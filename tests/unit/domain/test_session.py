"""Sessions: how long they and their tokens last."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.ids import UserId
from domain.session import Device, Session, SessionLifetimes

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LIFETIMES = SessionLifetimes(token=DAY, access=15 * MINUTE, unused=30 * DAY)
DEVICE = Device(name="Firefox on Linux", address=None)


def begun(*, refreshed: bool, latest: datetime | None = None) -> Session:
    return Session.begin(UserId("a" * 32), DEVICE, LIFETIMES, NOON, refreshed=refreshed, latest=latest)


def test_a_session_with_one_token_lasts_as_long_as_that() -> None:
    session = begun(refreshed=False)
    assert session.expires_at == NOON + DAY
    assert session.token_lifetime(LIFETIMES, NOON) == DAY
    with pytest.raises(ValueError, match="cannot be refreshed"):
        session.refresh(LIFETIMES, NOON)


def test_a_session_that_is_refreshed_lasts_longer_each_time_and_its_tokens_are_short() -> None:
    session = begun(refreshed=True)
    assert (session.refreshes, session.expires_at) == (0, NOON + 30 * DAY)
    session.refresh(LIFETIMES, NOON + 29 * DAY)
    assert (session.refreshes, session.last_used_at) == (1, NOON + 29 * DAY)
    assert session.expires_at == NOON + 59 * DAY
    assert session.token_lifetime(LIFETIMES, NOON + 29 * DAY) == 15 * MINUTE


def test_neither_a_session_nor_its_tokens_last_beyond_the_latest_moment() -> None:
    session = begun(refreshed=True, latest=NOON + DAY)
    assert session.expires_at == NOON + DAY
    session.refresh(LIFETIMES, NOON + DAY - MINUTE, latest=NOON + DAY)
    assert session.expires_at == NOON + DAY
    assert session.token_lifetime(LIFETIMES, NOON + DAY - MINUTE) == MINUTE
    session.refresh(LIFETIMES, NOON + DAY - MINUTE)  # the guest has signed up
    assert session.expires_at == NOON + 31 * DAY - MINUTE
