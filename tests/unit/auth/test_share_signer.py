"""Signed shares."""

from datetime import timedelta

import pytest

from adapters.auth.share_signer import HmacShareSigner
from application.errors import InvalidShare
from application.ports.auth import Share
from domain.ids import GenerationId
from doubles.clock import ManualClock

SECRET = "a secret that is long enough for tests"
SIGNER = HmacShareSigner(SECRET)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def share(clock: ManualClock) -> Share:
    expires_at = (clock() + timedelta(days=7)).replace(microsecond=0)
    return Share(generation_id=GenerationId("01a224ea878777508e967e708a8ade15"), expires_at=expires_at)


def test_a_token_holds_the_share_that_was_signed(clock: ManualClock, share: Share) -> None:
    assert SIGNER.read(SIGNER.sign(share), clock()) == share
    assert HmacShareSigner(SECRET).sign(share) == SIGNER.sign(share)


def test_a_token_consists_of_url_safe_characters(share: Share) -> None:
    token = SIGNER.sign(share)
    assert token.isascii()
    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_share_expires(share: Share) -> None:
    token = SIGNER.sign(share)
    SIGNER.read(token, share.expires_at - timedelta(microseconds=1))
    with pytest.raises(InvalidShare):
        SIGNER.read(token, share.expires_at)


def test_a_token_with_any_character_changed_added_or_missing_is_refused(
    clock: ManualClock, share: Share
) -> None:
    token = SIGNER.sign(share)
    changed = [
        token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        for place in range(len(token))
    ]
    shorter = [token[:length] for length in range(len(token))]
    longer = [token + extra for extra in ("=", "A", "AAAA", "\n", "é", " ")]
    for wrong in (*changed, *shorter, *longer):
        with pytest.raises(InvalidShare):
            SIGNER.read(wrong, clock())


def test_a_share_signed_with_another_secret_is_refused(clock: ManualClock, share: Share) -> None:
    with pytest.raises(InvalidShare):
        SIGNER.read(HmacShareSigner("another secret").sign(share), clock())
