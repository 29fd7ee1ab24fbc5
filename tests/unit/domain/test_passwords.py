import pytest

from domain.errors import InvalidValue
from domain.passwords import new_password

EMAIL = "ann.smith@example.org"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "Пароль не пароль",
        "密码密码密码密码x",
        "smart cookie",
        "ann likes tea",
        "1234567a",
        "abcabcab",
    ],
)
def test_other_passwords_are_taken(password: str) -> None:
    assert new_password(password, EMAIL) == password


@pytest.mark.parametrize("password", ["short", "x" * 257, "", "cafe\u0301e\u0301s"])
def test_a_password_has_8_to_256_characters_after_it_was_composed(password: str) -> None:
    with pytest.raises(InvalidValue, match="8 to 256"):
        new_password(password, EMAIL)


def test_a_password_is_composed_before_its_characters_are_counted() -> None:
    assert new_password("e\u0301\u0323bcdefgh" + "a\u0308" * 247, EMAIL).startswith("ẹ\u0301")
    assert new_password("cafe\u0301 au lait", EMAIL) == "café au lait"


@pytest.mark.parametrize(
    "password",
    [
        "ann.smith@example.org",
        "my ANN.SMITH 99",
        "a-n-n-s-m-i-t-h!",
        "annsmith1986",
        "gro.elpmaxe@htims.nna",
        "htimsnna1",
    ],
)
def test_a_password_that_holds_the_address_is_refused_in_any_spelling_and_backwards(password: str) -> None:
    with pytest.raises(InvalidValue, match="does not hold your e-mail address"):
        new_password(password, EMAIL)


@pytest.mark.parametrize("password", ["Voice2Face!", "my voice-to-face", "2026 voice face"])
def test_a_password_that_holds_the_name_of_the_service_is_refused_in_any_spelling(password: str) -> None:
    with pytest.raises(InvalidValue, match="does not hold the name of the service"):
        new_password(password, EMAIL)


def test_of_a_short_name_only_the_whole_address_is_looked_for() -> None:
    assert new_password("annual report", "ann@example.org")
    with pytest.raises(InvalidValue):
        new_password("ann@example.org", "ann@example.org")


@pytest.mark.parametrize("email", ["a@b.c", "+@\U0001f98a.\U0001f98a"])
def test_an_address_of_few_letters_is_not_looked_for(email: str) -> None:
    assert new_password("fabculous rock", email)


@pytest.mark.parametrize("password", ["aaaaaaaa", "abababab", "123123123", "abcdabcdabcd"])
def test_a_password_that_repeats_a_few_characters_is_refused(password: str) -> None:
    with pytest.raises(InvalidValue, match="repeat"):
        new_password(password, EMAIL)
