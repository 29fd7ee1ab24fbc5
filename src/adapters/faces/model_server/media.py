"""Tells by decoding whether a file is the picture, or the video, that it is said to be."""

import struct
from pathlib import Path

import av
from PIL import Image

PICTURES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
LONGEST_SIDE = 4096
"""Pixels; what is larger is no portrait, and costs much memory to look at."""

PILLOW_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


class NotMedia(Exception):
    """The file is not what it is said to be."""


def picture_suffix(path: Path) -> str:
    """Return the file ending that goes with a picture; raises `NotMedia`. Blocks."""
    try:
        with Image.open(path, formats=list(PICTURES)) as picture:
            _require_modest(*picture.size)
            suffix = PICTURES[str(picture.format)]
            picture.verify()
        with Image.open(path, formats=list(PICTURES)) as picture:  # verifying has used the first one up
            picture.load()
    except PILLOW_ERRORS as error:
        raise NotMedia(f"no picture: {error}") from error
    return suffix


def require_mp4(path: Path) -> None:
    """Raise `NotMedia` unless the file is an MP4 whose first picture can be decoded. Blocks."""
    with path.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            raise NotMedia("no MP4: it does not begin like one")
    try:
        with av.open(str(path), format="mp4") as container:
            if not container.streams.video:
                raise NotMedia("no video: it has no pictures")
            _require_modest(container.streams.video[0].width, container.streams.video[0].height)
            if next(container.decode(video=0), None) is None:
                raise NotMedia("no video: it has no first picture")
    except av.FFmpegError as error:
        raise NotMedia(f"no video: {error}") from error


def _require_modest(width: int, height: int) -> None:
    if max(width, height) > LONGEST_SIDE:
        raise NotMedia(f"{width} × {height} pixels are too many")
