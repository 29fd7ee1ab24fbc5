"""Refresh tokens."""

import pytest

from adapters.auth.refresh_tokens import HmacRefreshTokens
from application.errors import InvalidToken
from application.ports.auth import Refresh
from domain.ids import SessionId, UserId

SECRET = "a secret that is long enough for tests"
REFRESH = Refresh(user_id=UserId("0" * 32), session_id=SessionId("5" * 32), number=12)


@pytest.fixture
def tokens() -> HmacRefreshTokens:
    return HmacRefreshTokens(SECRET)


def test_a_token_names_the_refresh_that_it_was_issued_for(tokens: HmacRefreshTokens) -> None:
    assert tokens.read(tokens.issue(REFRESH)) == REFRESH


def test_a_cookie_can_hold_a_token(tokens: HmacRefreshTokens) -> None:
    assert set(tokens.issue(REFRESH)) <= set(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_."
    )


def test_a_token_with_any_character_changed_left_out_or_added_is_refused(tokens: HmacRefreshTokens) -> None:
    token = tokens.issue(REFRESH)
    for place, character in enumerate(token):
        for other in {"0", "f", "A", "."} - {character} | {""}:
            with pytest.raises(InvalidToken):
                tokens.read(token[:place] + other + token[place + 1 :])
    for added in ("0", "\n", " ", "="):
        with pytest.raises(InvalidToken):
            tokens.read(token + added)


@pytest.mark.parametrize("text", ["", "nonsense", "é" * 100, "." * 200, "\x00", f"{'0' * 32}." * 3])
def test_any_other_text_is_refused(tokens: HmacRefreshTokens, text: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.read(text)


@pytest.mark.parametrize("number", ["012", "-1", "1_2", "\u0661", "99999999999"])
def test_a_number_has_one_spelling(tokens: HmacRefreshTokens, number: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.read(tokens.issue(REFRESH).replace(".12.", f".{number}."))


def test_a_token_signed_with_another_secret_is_refused(tokens: HmacRefreshTokens) -> None:
    with pytest.raises(InvalidToken):
        tokens.read(HmacRefreshTokens(f"another {SECRET}").issue(REFRESH))
