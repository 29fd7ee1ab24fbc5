"""Login tokens."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest

from adapters.auth.keys import derive_key
from adapters.auth.tokens import JwtTokens
from application.errors import InvalidToken
from application.ports.auth import Principal
from domain.ids import SessionId, UserId
from doubles.clock import ManualClock

SECRET = "a secret that is long enough for tests"
KEY = derive_key(SECRET, "token")
DAY = timedelta(hours=24)
ANNA = Principal(
    user_id=UserId("0" * 32),
    session_id=SessionId("5" * 32),
    email="anna@example.org",
    expires_at=ManualClock().now + DAY,
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def tokens(clock: ManualClock) -> JwtTokens:
    return JwtTokens(SECRET, clock)


def forge(clock: ManualClock, key: bytes = KEY, algorithm: str = "HS256", **changes: Any) -> str:
    """Return a token like a real one with some claims changed; a claim that is changed to None is left out."""
    now = int(clock().timestamp())
    claims: dict[str, Any] = {
        "iss": "voice2face",
        "aud": "voice2face-api",
        "sub": ANNA.user_id,
        "sid": ANNA.session_id,
        "email": ANNA.email,
        "iat": now,
        "exp": int(ANNA.expires_at.timestamp()),
    } | changes
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, key, algorithm=algorithm)


def test_a_token_names_the_user_that_it_was_issued_to(tokens: JwtTokens) -> None:
    assert tokens.read(tokens.issue(ANNA)) == ANNA


def test_the_token_of_a_guest_has_no_address(tokens: JwtTokens, clock: ManualClock) -> None:
    guest = replace(ANNA, email=None)
    assert tokens.read(tokens.issue(guest)) == guest
    assert tokens.read(forge(clock, email=None)) == guest


def test_a_forged_token_without_changes_is_valid(tokens: JwtTokens, clock: ManualClock) -> None:
    assert tokens.read(forge(clock)) == ANNA


def test_a_token_expires(tokens: JwtTokens, clock: ManualClock) -> None:
    token = tokens.issue(ANNA)
    clock.advance(hours=24, seconds=-1)
    assert tokens.read(token) == ANNA
    clock.advance(seconds=1)
    with pytest.raises(InvalidToken, match="expired"):
        tokens.read(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another-issuer"},
        {"iss": None},
        {"aud": "another-api"},
        {"aud": None},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sid": None},
        {"sid": ""},
        {"email": ""},
        {"email": 7},
    ],
    ids=str,
)
def test_a_missing_or_wrong_claim_is_refused(
    tokens: JwtTokens, clock: ManualClock, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidToken):
        tokens.read(forge(clock, **changes))


def test_a_token_signed_with_another_key_is_refused(tokens: JwtTokens, clock: ManualClock) -> None:
    with pytest.raises(InvalidToken):
        tokens.read(forge(clock, key=derive_key("another secret", "token")))
    with pytest.raises(InvalidToken):
        tokens.read(forge(clock, key=derive_key(SECRET, "media-link")))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_token_signed_by_another_algorithm_is_refused(
    tokens: JwtTokens, clock: ManualClock, algorithm: str
) -> None:
    with pytest.raises(InvalidToken):
        tokens.read(forge(clock, key=KEY * 2, algorithm=algorithm))
    with pytest.raises(InvalidToken):
        tokens.read(forge(clock, algorithm=algorithm))


@pytest.mark.parametrize("name", ["none", "None", "NONE"])
def test_an_unsigned_token_is_refused(tokens: JwtTokens, name: str) -> None:
    header = base64.urlsafe_b64encode(json.dumps({"alg": name, "typ": "JWT"}).encode()).decode().rstrip("=")
    payload = tokens.issue(ANNA).split(".")[1]
    for signature in ("", "x", tokens.issue(ANNA).split(".")[2]):
        with pytest.raises(InvalidToken):
            tokens.read(f"{header}.{payload}.{signature}")


def test_a_token_with_a_changed_or_a_missing_character_is_refused(tokens: JwtTokens) -> None:
    token = tokens.issue(ANNA)
    for place in range(len(token) - 1):  # the last character has two bits that are not used
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(InvalidToken):
            tokens.read(token[:place] + other + token[place + 1 :])
    for length in range(0, len(token), 7):
        with pytest.raises(InvalidToken):
            tokens.read(token[:length])


def test_a_token_with_a_malformed_header_is_refused(tokens: JwtTokens) -> None:
    for header in (
        b"[" * 60_000,
        b"{}",
        b"[]",
        b'{"alg": ["HS256"]}',
        b'{"alg": {}, "kid": 7}',
        b"\xff",
        b"1",
    ):
        encoded = base64.urlsafe_b64encode(header).decode().rstrip("=")
        with pytest.raises(InvalidToken):
            tokens.read(f"{encoded}.e30.e30")
    for token in ("", ".", "..", "...", "é.é.é", "\x00"):
        with pytest.raises(InvalidToken):
            tokens.read(token)


def test_a_token_that_was_read_before_still_expires(clock: ManualClock, tokens: JwtTokens) -> None:
    token = tokens.issue(ANNA)
    assert tokens.read(token) == tokens.read(token) == ANNA
    clock.advance(hours=25)
    with pytest.raises(InvalidToken, match="expired"):
        tokens.read(token)
