"""Pictures of any kind in red, green and blue, and what their files say about colours."""

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

KEPT_CHUNKS = {b"cHRM", b"gAMA", b"sRGB", b"cICP"}
"""Chunks of a PNG that say which colours its numbers mean, as a profile does."""
FIRST_CHUNK = 8
"""Where chunks begin in a PNG."""
GREY_MODES = ("1", "L", "I")
"""How Pillow's names of them begin."""


def grey_in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image | None:
    """Return a grey picture in the shades that its profile means; None for others, and without a profile of grey.

    A copy in red, green and blue cannot keep such a profile. Viewers ignore one that is broken.
    """
    if profile is None or _space(profile) != b"GRAY" or not picture.mode.startswith(GREY_MODES):
        return None
    plain = in_colour(picture)
    try:
        given, wanted = ImageCms.getOpenProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        shown = ImageCms.buildTransform(given, wanted, "L", "RGB").apply(plain.getchannel("R"))
    except ImageCms.PyCMSError:
        return None
    if plain.mode == "RGBA":
        shown.putalpha(plain.getchannel("A"))
    return shown


def in_colour(picture: Image.Image) -> Image.Image:
    """Return a picture as RGB, or RGBA where some of it is transparent; numbers of colours stay as they are."""
    kind = "RGBA" if picture.has_transparency_data else "RGB"
    if not picture.mode.startswith("I"):
        return picture.convert(kind)
    values = np.asarray(picture)  # 16 bits of grey, which Pillow would clip at 8 bits
    grey = Image.fromarray((values >> 8).astype(np.uint8)).convert(kind)
    if kind == "RGBA":
        seen = values != picture.info["transparency"]
        grey.putalpha(Image.fromarray(seen.astype(np.uint8) * 255))
    return grey


def said_of_colours(source: Path, kind: str, profile: bytes | None) -> dict[str, Any]:
    """Return what Pillow saves a copy with, so that it says the same about its colours as its original."""
    said: dict[str, Any] = {"icc_profile": profile if _space(profile) == b"RGB " else None}
    if kind == "PNG":
        said["pnginfo"] = _chunks(source)
    return said


def _space(profile: bytes | None) -> bytes:
    """Return the colour space of a profile's pictures (ICC.1:2022, 7.2.8)."""
    return (profile or b"")[16:20]


def _chunks(source: Path) -> PngImagePlugin.PngInfo:
    kept = PngImagePlugin.PngInfo()
    with source.open("rb") as file:
        file.seek(FIRST_CHUNK)
        while len(head := file.read(8)) == 8:
            length, name = struct.unpack(">I4s", head)
            if name == b"IDAT":
                break
            if name in KEPT_CHUNKS:
                kept.add(name, file.read(length))
            else:
                file.seek(length, 1)
            file.seek(4, 1)  # the checksum
    return kept
