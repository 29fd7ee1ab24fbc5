"""The words of the mark as pictures, one for each language."""

from functools import cache
from pathlib import Path

from PIL import Image

from domain.user import Language

CAPITAL_HEIGHT = 71
"""Rows of a capital letter in the pictures."""


def file_of(language: Language) -> Path:
    """Return the file with the picture of the words, which `infra/marks/bake.py` makes."""
    return Path(__file__).with_name(f"words-{language}.png")


@cache
def picture_of(language: Language) -> Image.Image:
    """Return the picture of the words: 0 beside the letters, 255 within."""
    with Image.open(file_of(language)) as picture:
        return picture.convert("L")
