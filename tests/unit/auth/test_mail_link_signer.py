import pytest

from adapters.auth.mail_link_signer import HmacMailLinkSigner
from adapters.auth.media_signer import HmacMediaSigner
from application.errors import InvalidMailLink
from domain.ids import MailId, new_id

SIGNER = HmacMailLinkSigner("a secret")


def test_a_token_is_64_characters_that_need_no_escape_in_an_address() -> None:
    link_id = MailId(new_id())
    token = SIGNER.sign(link_id)
    assert len(token) == 64
    assert all(character.isascii() and (character.isalnum() or character in "-_") for character in token)
    assert SIGNER.read(token) == link_id


def test_a_token_with_any_other_character_is_refused() -> None:
    token = SIGNER.sign(MailId(new_id()))
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(InvalidMailLink):
            SIGNER.read(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "x", "a" * 63, "a" * 65, "é" * 64, "=" * 64, "a" * 63 + "\n", "a" * 10_000]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(InvalidMailLink):
        SIGNER.read(text)


def test_an_id_alone_gives_no_token_and_keys_are_for_one_purpose() -> None:
    link_id = MailId(new_id())
    with pytest.raises(InvalidMailLink):
        SIGNER.read(HmacMailLinkSigner("another secret").sign(link_id))
    assert SIGNER._key != HmacMediaSigner("a secret")._key
