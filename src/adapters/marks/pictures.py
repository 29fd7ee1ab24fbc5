"""Marks a picture."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from adapters.marks.colours import grey_in_srgb, in_colour, said_of_colours
from adapters.marks.plate import Plate, plate_for
from domain.user import Language

SAVING: dict[str, dict[str, Any]] = {
    "PNG": {"compress_level": 6},
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"quality": 95},
}
"""How each format is written: so well that a second encoding is not seen."""
PILLOW_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


class CannotMark(Exception):
    """The file cannot be decoded, so it cannot be marked."""


def mark_picture(source: Path, target: Path, languages: Sequence[Language]) -> None:
    """Write a copy with the mark, in the same format; raises `CannotMark`, and `OSError` when a disk fails.

    Of a file with several JPEG pictures (MPO), as some cameras write it, the copy has the first one.
    """
    try:
        with Image.open(source, formats=list(SAVING)) as opened:
            kind = "JPEG" if opened.format == "MPO" else str(opened.format)
            profile = opened.info.get("icc_profile")
            given = ImageOps.exif_transpose(opened)
            said: dict[str, Any] = {"icc_profile": None}
            picture = grey_in_srgb(given, profile)
            if picture is None:
                picture, said = in_colour(given), said_of_colours(source, kind, profile)
    except PILLOW_ERRORS as error:
        raise CannotMark(f"the portrait: {error}") from error
    plate = plate_for(*picture.size, languages)
    height, width = plate.keep.shape
    box = (plate.left, plate.top, plate.left + width, plate.top + height)
    marked = Image.alpha_composite(picture.crop(box).convert("RGBA"), _overlay(plate))
    picture.paste(marked.convert(picture.mode), box)
    picture.save(target, format=kind, **said, **SAVING[kind])


def _overlay(plate: Plate) -> Image.Image:
    """Return the mark as a grey picture that is partly transparent."""
    alpha = 1 - plate.keep
    grey = plate.add / np.maximum(alpha, 1e-6)
    layers = np.stack([grey, grey, grey, alpha], axis=-1)
    return Image.fromarray(np.rint(layers * 255).astype(np.uint8))
