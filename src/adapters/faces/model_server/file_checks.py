"""Checks by decoding that a downloaded file is a portrait or a video.

Each check blocks, and a hostile file may make it costly or end its process: it is for a child process with limits.
"""

import os
import struct
from pathlib import Path
from typing import IO, cast

import av
from av.codec.context import CodecContext
from av.container import InputContainer
from PIL import Image

PICTURE_SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
LARGEST_SIDE = 4096
"""Pixels; anything larger is not a portrait, and takes much memory to decode."""
SMALLEST_FILM = 2
"""Pixels a side: a copy with the visible mark has half as many colours, so a film of one row would have none."""
END = b"\0\0\0\0"
"""What may follow the last box of a film."""
MOST_BOXES = 4_096
"""Outermost boxes of a film; what writes its metadata takes no more."""

PLAYABLE = {"video": {"h264", "av1", "vp9"}, "audio": {"aac", "opus", "mp3"}}
"""The codecs in an MP4 that all present browsers play; others would be stored and shown as a broken video."""
OPTIONS = {
    "format_whitelist": "mp4",
    "codec_whitelist": "h264,libdav1d,av1,vp9,libvpx-vp9,aac,opus,libopus,mp3,mp3float",
    "protocol_whitelist": "none",
    "max_streams": "8",
}
FFMPEG_ERRORS = (av.FFmpegError, ValueError, OverflowError, IndexError)
PILLOW_ERRORS = (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError)


class WrongFile(Exception):
    """The file is not what it was named as."""


def picture_suffix(path: Path) -> str:
    """Return the file ending that belongs to the content of a picture; raises `WrongFile`."""
    try:
        with Image.open(path, formats=list(PICTURE_SUFFIXES)) as picture:
            _require_size(*picture.size)
            # A JPEG with another picture behind it, as some cameras write.
            suffix = PICTURE_SUFFIXES["JPEG" if picture.format == "MPO" else str(picture.format)]
            picture.verify()
        with Image.open(
            path, formats=list(PICTURE_SUFFIXES)
        ) as picture:  # `verify` leaves the first one unusable
            picture.load()
    except PILLOW_ERRORS as error:
        raise WrongFile(f"not a picture: {error}") from error
    return suffix


def require_mp4(path: Path) -> None:
    """Raise `WrongFile` unless the file is a whole MP4 that browsers play and whose first frame can be decoded."""
    with path.open("rb") as file:
        if file.read(8)[4:] != b"ftyp":
            raise WrongFile("not an MP4: it begins differently")
        _require_whole(file)
        file.seek(0)
        try:
            with av.open(
                file,
                "r",
                format="mp4",
                options=OPTIONS,
                io_open=_refuse_other_files,
                metadata_errors="ignore",
            ) as container:
                _require_playable(container)
        except FFMPEG_ERRORS as error:
            raise WrongFile(f"not a video: {error}") from error


def _require_playable(container: InputContainer) -> None:
    for stream in container.streams:
        # A stream whose codec FFmpeg does not know has no codec context; the types of PyAV do not say so.
        context = cast("CodecContext | None", stream.codec_context)
        codec = context.codec.canonical_name if context else "unknown"
        if stream.type in PLAYABLE and codec not in PLAYABLE[stream.type]:
            raise WrongFile(f"not a video that browsers play: its {stream.type} codec is {codec}")
    if not container.streams.video:
        raise WrongFile("not a video: it has no video stream")
    _require_size(container.streams.video[0].width, container.streams.video[0].height)
    container.streams.video[0].codec_context.thread_count = 1  # the process has no right to start threads
    frame = next(container.decode(video=0), None)
    if frame is None:
        raise WrongFile("not a video: it has no first frame")
    _require_size(frame.width, frame.height)
    if min(frame.width, frame.height) < SMALLEST_FILM:
        raise WrongFile(f"{frame.width} × {frame.height} pixels are too few")


def _require_whole(file: IO[bytes]) -> None:
    """Raise `WrongFile` for a film that breaks off: players show its beginning, but it cannot be marked."""
    whole = file.seek(0, os.SEEK_END)
    at = count = 0
    while at < whole:
        file.seek(at)
        head = file.read(16)
        if head == END:
            return
        length, least = int.from_bytes(head[:4]), 8
        if length == 0:  # to the end of the file
            length = whole - at
        elif length == 1:
            length, least = int.from_bytes(head[8:]), 16
        if not least <= length <= whole - at:
            raise WrongFile("not a whole MP4: it breaks off")
        at, count = at + length, count + 1
        if count > MOST_BOXES:
            raise WrongFile(f"an MP4 of more than {MOST_BOXES} boxes")


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> None:
    raise PermissionError(f"a video asked for another file: {url!r}")


def _require_size(width: int, height: int) -> None:
    if max(width, height) > LARGEST_SIDE:
        raise WrongFile(f"{width} × {height} pixels are too many")
