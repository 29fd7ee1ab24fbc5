"""Marks a picture."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

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
    """Write a copy with the mark, in the same format; raises `CannotMark`, and `OSError` when a disk fails."""
    try:
        with Image.open(source, formats=list(SAVING)) as opened:
            kind = str(opened.format)
            profile = opened.info.get("icc_profile") if opened.mode in {"RGB", "RGBA"} else None
            picture = _in_colour(ImageOps.exif_transpose(opened))
    except PILLOW_ERRORS as error:
        raise CannotMark(f"the portrait: {error}") from error
    plate = plate_for(*picture.size, languages)
    height, width = plate.keep.shape
    box = (plate.left, plate.top, plate.left + width, plate.top + height)
    marked = Image.alpha_composite(picture.crop(box).convert("RGBA"), _overlay(plate))
    picture.paste(marked.convert(picture.mode), box)
    picture.save(target, format=kind, icc_profile=profile, **SAVING[kind])


def _in_colour(picture: Image.Image) -> Image.Image:
    kind = "RGBA" if picture.has_transparency_data else "RGB"
    if not picture.mode.startswith("I"):
        return picture.convert(kind)
    values = np.asarray(picture)  # 16 bits of grey, which Pillow would clip at 8 bits
    grey = Image.fromarray((values >> 8).astype(np.uint8)).convert(kind)
    if kind == "RGBA":
        seen = values != picture.info["transparency"]
        grey.putalpha(Image.fromarray(seen.astype(np.uint8) * 255))
    return grey


def _overlay(plate: Plate) -> Image.Image:
    """Return the mark as a grey picture that is partly transparent."""
    alpha = 1 - plate.keep
    grey = plate.add / np.maximum(alpha, 1e-6)
    layers = np.stack([grey, grey, grey, alpha], axis=-1)
    return Image.fromarray(np.rint(layers * 255).astype(np.uint8))
