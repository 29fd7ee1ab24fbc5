"""The mark for a picture of one size: white words on a dark plate with round corners."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from adapters.marks.words import CAPITAL_HEIGHT, picture_of
from domain.user import Language

CAPITAL = 9.2 / 256
"""The height of a capital letter, in widths of the picture."""
SMALLEST_CAPITAL = 8.0
"""Pixels, in pictures so narrow that `CAPITAL` would give less."""
WIDEST, HIGHEST = 0.6, 1 / 3
"""How much of a picture's width and height the plate may take; it matters for small and very wide ones."""
PADDING, LINE_GAP, MARGIN = 0.6, 0.45, 0.8
"""Around the words, between two lines, and to the edges of the picture: in heights of a capital letter."""
ROUNDING = 0.7
OPACITY = 0.72
"""Of the plate: on white, its grey and the words have a contrast of 9 to 1."""
_FINER = 4


@dataclass(frozen=True, slots=True)
class Plate:
    """Where the mark lies, and what it does to the pixels there: each becomes `keep` of itself plus `add` of white."""

    left: int
    top: int
    """Even numbers, as a video with half as many colours needs."""
    keep: NDArray[np.float32]
    """Shape (height, width), 0…1; both sides are even."""
    add: NDArray[np.float32]


def plate_for(width: int, height: int, languages: Sequence[Language]) -> Plate:
    """Return the mark for a picture, in its upper right corner: one line for each language.

    The controls of players, which stay there while a video does not play, cover the lower edge.
    """
    capital = _capital(width, height, languages)
    lines = [_line(language, capital) for language in languages]
    padding, gap = round(PADDING * capital), round(LINE_GAP * capital)
    inner_width = max(line.shape[1] for line in lines)
    inner_height = sum(line.shape[0] for line in lines) + gap * (len(lines) - 1)
    across, down = _even(inner_width + 2 * padding, width), _even(inner_height + 2 * padding, height)
    letters = np.zeros((down, across), np.float32)
    top = padding
    for line in lines:
        left = (across - line.shape[1]) // 2
        place = letters[top : top + line.shape[0], left : left + line.shape[1]]
        place[:] = line[: place.shape[0], : place.shape[1]]
        top += line.shape[0] + gap
    cover = OPACITY * _rounded(across, down, ROUNDING * capital)
    margin = round(MARGIN * capital)
    return Plate(
        left=max(0, width - across - margin) // 2 * 2,
        top=min(margin, max(0, height - down)) // 2 * 2,
        keep=(1 - cover) * (1 - letters),
        add=letters,
    )


def _capital(width: int, height: int, languages: Sequence[Language]) -> float:
    """Return the height of a capital letter in pixels."""
    sizes = [picture_of(language).size for language in languages]
    across = max(size[0] for size in sizes) / CAPITAL_HEIGHT + 2 * PADDING
    down = sum(size[1] for size in sizes) / CAPITAL_HEIGHT + LINE_GAP * (len(sizes) - 1) + 2 * PADDING
    wanted = max(CAPITAL * width, SMALLEST_CAPITAL)
    return min(wanted, WIDEST * width / across, HIGHEST * height / down)


def _line(language: Language, capital: float) -> NDArray[np.float32]:
    """Return how much of each pixel the words cover, 0…1."""
    picture = picture_of(language)
    scale = capital / CAPITAL_HEIGHT
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS), np.float32) / np.float32(255)


def _rounded(width: int, height: int, radius: float) -> NDArray[np.float32]:
    fine = Image.new("L", (width * _FINER, height * _FINER))
    corner = (width * _FINER - 1, height * _FINER - 1)
    ImageDraw.Draw(fine).rounded_rectangle((0, 0, *corner), radius=radius * _FINER, fill=255)
    return np.asarray(fine.resize((width, height), Image.Resampling.BOX), np.float32) / np.float32(255)


def _even(length: int, available: int) -> int:
    return max(2, min(length + length % 2, available - available % 2))
