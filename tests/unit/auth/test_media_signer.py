"""Signed media links."""

from datetime import timedelta

import pytest

from adapters.auth.keys import derive_key
from adapters.auth.media_signer import HmacMediaSigner
from application.errors import InvalidLink
from application.ports.auth import MediaGrant
from doubles.clock import ManualClock

SECRET = "a secret that is long enough for tests"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def grant(clock: ManualClock) -> MediaGrant:
    expires_at = clock() + timedelta(minutes=30, microseconds=7)
    return MediaGrant(key="voices/abc.webm", media_type="audio/webm; codecs=opus", expires_at=expires_at)


def test_a_link_contains_the_grant_that_was_signed(clock: ManualClock, grant: MediaGrant) -> None:
    signer = HmacMediaSigner(SECRET)
    assert signer.read(signer.sign(grant), clock()) == grant


def test_the_same_grant_gives_the_same_link_in_every_process(grant: MediaGrant) -> None:
    assert HmacMediaSigner(SECRET).sign(grant) == HmacMediaSigner(SECRET).sign(grant)


def test_a_link_consists_of_url_safe_characters(grant: MediaGrant) -> None:
    token = HmacMediaSigner(SECRET).sign(grant)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert token.isascii()


def test_a_link_expires(clock: ManualClock, grant: MediaGrant) -> None:
    signer = HmacMediaSigner(SECRET)
    token = signer.sign(grant)
    signer.read(token, grant.expires_at - timedelta(microseconds=1))
    with pytest.raises(InvalidLink):
        signer.read(token, grant.expires_at)


def test_a_link_with_any_character_changed_added_or_missing_is_refused(
    clock: ManualClock, grant: MediaGrant
) -> None:
    signer = HmacMediaSigner(SECRET)
    token = signer.sign(grant)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(InvalidLink):
            signer.read(token[:place] + other + token[place + 1 :], clock())
    for length in range(len(token)):
        with pytest.raises(InvalidLink):
            signer.read(token[:length], clock())
    for extra in ("=", "A", "\n", "é", " "):
        with pytest.raises(InvalidLink):
            signer.read(token + extra, clock())


def test_a_link_signed_with_another_secret_is_refused(clock: ManualClock, grant: MediaGrant) -> None:
    with pytest.raises(InvalidLink):
        HmacMediaSigner(SECRET).read(HmacMediaSigner("another secret").sign(grant), clock())


def test_each_purpose_has_its_own_key() -> None:
    assert derive_key(SECRET, "token") != derive_key(SECRET, "media-link")
