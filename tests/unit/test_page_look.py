"""What the page shows without a script: its colours, its pictures and its faces."""

import re
from enum import StrEnum
from itertools import product

import pytest
from PIL import Image

from domain.look import HairColour, HairStyle, SkinTone
from domain.user import Language
from domain.voice import Gender
from entrypoints.composition.settings import Settings
from entrypoints.web.files import STATIC
from entrypoints.web.pages import PARTS, Pages
from entrypoints.web.templates import texts_of

CHOICES: dict[str, type[StrEnum]] = {
    "skin_tone": SkinTone,
    "hair_style": HairStyle,
    "hair_colour": HairColour,
}
VALUES = [(kind, value) for kind, values in CHOICES.items() for value in values]
GLASSES = [("glasses", "true"), ("glasses", "false")]
GENDERS = [("gender", gender) for gender in Gender]
MAX_FACE_BYTES, MAX_LOOP_BYTES = 15_000, 80_000
TEXT_CONTRAST = 4.5
"""What WCAG 2.2 demands of text at level AA."""
LONGEST_MOTION_SECONDS = 5


def schemes() -> list[dict[str, str]]:
    """Return the colours of the page by their names, in light and in dark."""
    style = (STATIC / "style.css").read_text()
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in blocks]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, as WCAG defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", schemes(), ids=("light", "dark"))
def test_all_text_stands_out_from_all_that_is_behind_it(scheme: dict[str, str]) -> None:
    pairs = [
        *product(("ink", "soft", "accent", "good", "bad", "wave"), ("paper", "shade")),
        *product(("ink", "accent-strong"), ("tint",)),
        ("bad", "bad-tint"),
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
    ]
    faint = {pair: contrast(scheme[pair[0]], scheme[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in faint.items() if value < TEXT_CONTRAST} == {}


@pytest.mark.parametrize(("kind", "value"), [*VALUES, *GLASSES, *GENDERS])
def test_each_choice_of_a_look_has_a_square_picture(kind: str, value: str) -> None:
    with Image.open(STATIC / f"pictures/{kind}-{value}.webp") as picture:
        assert picture.size == (144, 144)


@pytest.mark.parametrize(("kind", "value"), [*VALUES, *GLASSES])
@pytest.mark.parametrize("language", list(Language))
def test_each_choice_of_a_look_has_a_name(language: Language, kind: str, value: str) -> None:
    assert texts_of(language)[f"look.{kind}.{value}"]


def test_faces_of_the_first_page_are_light_and_stop_moving() -> None:
    for path in (STATIC / "faces").glob("*.webp"):
        with Image.open(path) as face:
            frames = getattr(face, "n_frames", 1)
            assert path.stat().st_size <= (MAX_FACE_BYTES if frames == 1 else MAX_LOOP_BYTES)
            if frames > 1:
                rounds = face.info["loop"]
                face.seek(1)
                face.load()
                assert 0 < rounds * frames * face.info["duration"] / 1000 <= LONGEST_MOTION_SECONDS


SECRET = "0123456789abcdefghijklmnopqrstuv"


@pytest.mark.parametrize(("takes_guests", "state"), [(True, "on"), (False, "off")])
@pytest.mark.parametrize("language", list(Language))
def test_the_first_page_knows_whether_one_needs_an_account(
    language: Language, takes_guests: bool, state: str
) -> None:
    pages = Pages(takes_guests=takes_guests)
    assert f'data-guests="{state}"' in pages.page("/", language).content.decode()


@pytest.mark.parametrize(("sends_mail", "state"), [(True, "on"), (False, "off")])
def test_every_page_knows_whether_mails_reach_their_readers(sends_mail: bool, state: str) -> None:
    pages = Pages(sends_mail=sends_mail)
    for address in PARTS:
        assert f'data-mail="{state}"' in pages.page(address, Language.ENGLISH).content.decode()


@pytest.mark.parametrize(("same_styling", "state"), [(True, "on"), (False, "off")])
def test_every_page_knows_whether_both_faces_have_the_same_styling(same_styling: bool, state: str) -> None:
    pages = Pages(same_styling=same_styling)
    for address in PARTS:
        assert f'data-same-styling="{state}"' in pages.page(address, Language.ENGLISH).content.decode()


@pytest.mark.parametrize(
    ("given", "says_so"),
    [
        ({}, True),
        ({"V2F_CONDITION_FACES": "gallery"}, False),
        ({"V2F_MODEL_SERVER_URL": "http://127.0.0.1:9", "V2F_SECRET": SECRET}, False),
    ],
)
def test_pages_say_that_both_faces_have_the_same_hair_only_if_the_same_styling(
    given: dict[str, str], says_so: bool
) -> None:
    assert Pages.of(Settings.read(given)).same_styling is says_so
