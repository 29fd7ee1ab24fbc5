"""The mark itself: its size, its place, and whether it can be read."""

import numpy as np
import pytest

from adapters.marks.plate import plate_for
from domain.user import Language

BOTH = (Language.KOREAN, Language.ENGLISH)
CHOICES = (BOTH, (Language.KOREAN,), (Language.ENGLISH,))


def luminance(grey: float) -> float:
    """Return the relative luminance of a grey of sRGB, 0…255 (WCAG 2.2)."""
    value = grey / 255
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("languages", CHOICES)
@pytest.mark.parametrize(
    "size", [(256, 256), (512, 512), (1024, 1024), (720, 1280), (1920, 1080), (2048, 2048)]
)
def test_shown_at_256_pixels_letters_are_nine_pixels_high_and_the_plate_takes_little(
    size: tuple[int, int], languages: tuple[Language, ...]
) -> None:
    width, height = size
    plate = plate_for(width, height, languages)
    rows = np.flatnonzero((plate.add > 0.5).any(axis=1))
    letters = (rows[-1] - rows[0] + 1) / len(
        languages
    )  # Hangul, "A" and "d" are all at least as high as a capital
    assert letters * 256 / width >= 9
    assert plate.keep.shape[1] <= 0.4 * width
    assert plate.keep.shape[0] <= 0.34 * height


@pytest.mark.parametrize("background", [0, 64, 128, 192, 255])
def test_the_words_stand_out_from_the_plate_on_any_background(background: int) -> None:
    plate = plate_for(256, 256, BOTH)
    drawn = background * plate.keep + 255 * plate.add
    inner = drawn[3:-3, 3:-3]
    beside = inner[plate.add[3:-3, 3:-3] == 0]
    brightest, around = luminance(float(drawn.max())), luminance(float(beside.max()))
    assert (brightest + 0.05) / (around + 0.05) >= 7  # WCAG's enhanced contrast
    assert np.count_nonzero(plate.add > 0.9) > 100  # strokes are whole pixels, no haze


@pytest.mark.parametrize(
    "size", [(64, 64), (65, 33), (1000, 40), (40, 1000), (128, 96), (16, 16), (2, 2), (1, 1)]
)
def test_the_mark_stays_within_a_picture_of_any_shape(size: tuple[int, int]) -> None:
    width, height = size
    plate = plate_for(width, height, BOTH)
    down, across = plate.keep.shape
    assert plate.left % 2 == plate.top % 2 == down % 2 == across % 2 == 0
    assert plate.left >= 0
    assert plate.top >= 0
    if min(size) > 1:
        assert plate.left + across <= width
        assert plate.top + down <= height
    if min(size) >= 64:
        assert across <= 0.62 * width
        assert down <= 0.4 * height


def test_it_lies_in_the_corner_that_neither_a_face_nor_the_controls_of_a_player_reach() -> None:
    plate = plate_for(512, 512, BOTH)
    assert plate.top + plate.keep.shape[0] < 110  # the eyes of the studio's faces are at 240
    assert plate.left > 300


def test_the_words_of_each_language_are_their_own() -> None:
    widths = {languages: plate_for(512, 512, languages).keep.shape for languages in CHOICES}
    assert len(set(widths.values())) == 3
