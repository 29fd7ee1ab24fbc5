"""Checks by decoding that a downloaded file is a portrait or a video; each check blocks."""

import struct
from pathlib import Path

import av
from PIL import Image

PICTURE_SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
LARGEST_SIDE = 4096
"""Pixels; anything larger is not a portrait, and takes much memory to decode."""

PILLOW_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


class WrongFile(Exception):
    """The file is not what it was named as."""


def picture_suffix(path: Path) -> str:
    """Return the file ending that belongs to the content of a picture; raises `WrongFile`."""
    try:
        with Image.open(path, formats=list(PICTURE_SUFFIXES)) as picture:
            _require_size(*picture.size)
            suffix = PICTURE_SUFFIXES[str(picture.format)]
            picture.verify()
        with Image.open(
            path, formats=list(PICTURE_SUFFIXES)
        ) as picture:  # `verify` leaves the first one unusable
            picture.load()
    except PILLOW_ERRORS as error:
        raise WrongFile(f"not a picture: {error}") from error
    return suffix


def require_mp4(path: Path) -> None:
    """Raise `WrongFile` unless the file is an MP4 whose first frame can be decoded."""
    with path.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            raise WrongFile("not an MP4: it begins differently")
    try:
        with av.open(str(path), format="mp4") as container:
            if not container.streams.video:
                raise WrongFile("not a video: it has no video stream")
            _require_size(container.streams.video[0].width, container.streams.video[0].height)
            if next(container.decode(video=0), None) is None:
                raise WrongFile("not a video: it has no first frame")
    except av.FFmpegError as error:
        raise WrongFile(f"not a video: {error}") from error


def _require_size(width: int, height: int) -> None:
    if max(width, height) > LARGEST_SIDE:
        raise WrongFile(f"{width} × {height} pixels are too many")
