import time
import unicodedata

import pytest

from domain.errors import InvalidValue
from domain.text import composed, require_visible
from domain.user import email_address

INVISIBLE = {
    "NUL": "\x00",
    "line feed": "\n",
    "tab": "\t",
    "DEL": "\x7f",
    "soft hyphen": "\xad",
    "combining grapheme joiner": "\u034f",
    "Arabic letter mark": "\u061c",
    "Hangul filler of an initial": "\u115f",
    "Mongolian variation selector": "\u180b",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "line separator": "\u2028",
    "right-to-left override": "\u202e",
    "word joiner": "\u2060",
    "blank of Braille": "\u2800",
    "Hangul filler": "\u3164",
    "half of a pair": "\ud800",
    "private use": "\ue000",
    "variation selector": "\ufe0f",
    "byte order mark": "\ufeff",
    "halfwidth Hangul filler": "\uffa0",
    "not a character": "\uffff",
    "tag": "\U000e0041",
    "variation selector 17": "\U000e0100",
}


@pytest.mark.parametrize("character", INVISIBLE.values(), ids=INVISIBLE)
def test_an_invisible_character_is_refused_by_its_number_in_passwords_and_addresses(character: str) -> None:
    for refuse in (
        lambda: require_visible("password", f"corr{character}ect"),
        lambda: email_address(f"an{character}n@example.org"),
    ):
        with pytest.raises(InvalidValue, match=f"U\\+{ord(character):04X}"):
            refuse()


@pytest.mark.parametrize(
    "text", ["correct horse", "Ünïcödé 日本語 한국어 עברית", "😀 emoji", "x\u3000y\xa0z"]
)
def test_letters_of_all_scripts_signs_and_spaces_are_visible(text: str) -> None:
    require_visible("password", text)


def test_both_spellings_of_an_address_are_one() -> None:
    spelling = unicodedata.normalize("NFD", "José@Éxample.org")
    assert email_address(spelling) == email_address("josé@éxample.org") == "josé@éxample.org"


def test_composing_a_long_text_takes_no_long_time() -> None:
    marks = "".join("\u0301\u0323" for _ in range(250_000))
    started = time.process_time()
    assert composed(marks) == marks
    assert time.process_time() - started < 1
