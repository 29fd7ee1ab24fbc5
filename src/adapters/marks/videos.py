"""Marks a video: its frames are decoded and encoded again, its sound is copied."""

import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias, cast

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from numpy.typing import NDArray

from adapters.marks.pictures import CannotMark
from adapters.marks.plate import Plate, plate_for
from adapters.marks.turns import Turn, turn_of
from domain.user import Language

CODEC: Final = "libx264"
ENCODING = {"crf": "19", "preset": "veryfast", "bf": "0", "threads": "1"}
"""A little better than the studio encodes, since this is the second time. A confined process starts no threads."""
LARGE_PIXELS = 3840 * 2160
LOOKAHEAD = {"rc-lookahead": "1"}
"""For larger pictures: x264 keeps as many frames, and the ten of `veryfast` would take more memory than there is."""
DECODING = {
    "format_whitelist": "mp4",
    "codec_whitelist": "h264,hevc,mpeg4,libdav1d,av1,vp9,libvpx-vp9,aac,opus,libopus,mp3,mp3float",
    "protocol_whitelist": "none",
    "max_streams": "8",
}
FULL_RANGE, FULL_RANGE_FORMAT = 2, "yuvj420p"
FFMPEG_ERRORS = (av.FFmpegError, OSError, ValueError, OverflowError, IndexError)
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}
NEUTRAL = 128
"""The value of a colour plane where there is no colour."""
LONGEST_FRAME = 2**31 - 1
"""In the time base; FFmpeg writes no longer one into an MP4."""

_Sound: TypeAlias = "av.Packet[av.AudioStream]"
_Part: TypeAlias = "av.VideoFrame | av.Packet[av.AudioStream]"


@dataclass(frozen=True, slots=True)
class _Planes:
    """The planes of a frame, one for light and two for colours, and what is done to them."""

    width: int
    height: int
    """Of the frame as it is shown; even numbers."""
    layout: str
    turn: Turn
    mark: Plate
    black: float
    white: float

    def upright(self, stored: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return planes as they are shown; before and after, they lie as PyAV lays them out."""
        width, height = self.turn.size(self.width, self.height)
        colours = stored[height:].reshape(2, height // 2, width // 2)
        planes = np.empty((self.height * 3 // 2, self.width), np.uint8)
        planes[: self.height] = self.turn.shown(stored[:height])
        planes[self.height :].reshape(2, self.height // 2, self.width // 2)[:] = self.turn.shown(colours)
        return planes

    def draw(self, planes: NDArray[np.uint8]) -> None:
        """Draw the mark on planes, shape (height · 3/2, width), as PyAV lays them out."""
        mark, (height, width) = self.mark, self.mark.keep.shape
        luma = planes[mark.top : mark.top + height, mark.left : mark.left + width]
        _blend(luma, mark.keep, self.black, (self.white - self.black) * mark.add)
        keep = mark.keep.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
        colours = planes[self.height :].reshape(2, self.height // 2, self.width // 2)
        top, left = mark.top // 2, mark.left // 2
        for plane in colours:
            _blend(plane[top : top + height // 2, left : left + width // 2], keep, NEUTRAL, 0)


class _Pictures:
    """Encodes frames; each waits until it is known how long it is shown: to the next one, or to the original's end."""

    def __init__(self, made: OutputContainer, stream: av.VideoStream) -> None:
        self._made = made
        self._stream = stream
        self._newest: av.Packet[av.VideoStream] | None = None

    def add(self, frame: av.VideoFrame | None) -> None:
        """Encode a frame; None when there are no more."""
        for packet in self._stream.encode(frame):
            self._write_newest(packet.pts)
            self._newest = packet

    def finish(self, end: int | None) -> None:
        """Write the last frame, shown until `end`; where that is not known, as long as frames are on average."""
        self.add(None)
        self._write_newest(end)

    def _write_newest(self, end: int | None) -> None:
        """Write the newest frame so far; without an end its duration in the film's head would be the average."""
        newest = self._newest
        if newest is None:
            return
        if newest.pts is not None and end is not None:
            newest.duration = min(max(end - newest.pts, 1), LONGEST_FRAME)
        self._made.mux(newest)


def mark_video(source: Path, target: Path, languages: Sequence[Language]) -> None:
    """Write a copy with the mark, as H.264 with the frames at the same times, turned as they are shown.

    Raises `CannotMark`, and `OSError` when a disk fails.
    """
    try:
        with (
            source.open("rb") as file,
            av.open(file, "r", format="mp4", options=DECODING, io_open=_refuse_other_files) as given,
            av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as made,
        ):
            _copy(given, made, languages)
    except FFMPEG_ERRORS as error:
        if (
            isinstance(error, OSError) and error.errno in DISK_ERRORS
        ):  # others are of the film: PyAV's too are OSError
            raise OSError(error.errno, error.strerror) from error
        raise CannotMark(f"the video: {error}") from error


def _copy(given: InputContainer, made: OutputContainer, languages: Sequence[Language]) -> None:
    if not given.streams.video:
        raise CannotMark("the video: it has no pictures")
    pictures = given.streams.video[0]
    # A stream whose codec FFmpeg does not know has no codec context; the types of PyAV do not say so.
    context = cast("av.VideoCodecContext | None", pictures.codec_context)
    if context is None:
        raise CannotMark("the video: the codec of its pictures is not known")
    context.thread_count = 1
    sound = given.streams.audio[0] if given.streams.audio else None
    parts = _parts(given, pictures, sound)
    # PyAV tells how a video is turned with its frames only, and the file that is made begins with the size.
    first, before = _first_frame(parts)
    is_large = context.width * context.height > LARGE_PIXELS
    options = ENCODING | LOOKAHEAD if is_large else ENCODING
    drawn = made.add_stream(CODEC, rate=pictures.average_rate, options=options)
    planes = _prepare(pictures, drawn, turn_of(first), languages)
    if pictures.time_base:
        drawn.codec_context.time_base = pictures.time_base
    heard = made.add_stream_from_template(sound) if sound else None
    written = _Pictures(made, drawn)
    for part in chain(before, [first], parts):
        if isinstance(part, av.VideoFrame):
            written.add(_marked(part, planes))
        elif heard is not None:
            part.stream = heard
            made.mux(part)
    written.finish(_end(pictures))


def _parts(given: InputContainer, pictures: av.VideoStream, sound: av.AudioStream | None) -> Iterator[_Part]:
    """Yield the frames, and the packets of the sound."""
    for packet in given.demux([pictures, sound] if sound else [pictures]):
        if packet.stream is pictures:
            yield from cast("list[av.VideoFrame]", packet.decode())
        elif packet.dts is not None:
            yield cast("_Sound", packet)


def _first_frame(parts: Iterator[_Part]) -> tuple[av.VideoFrame, list[_Sound]]:
    """Return the first frame, and the sound before it."""
    before: list[_Sound] = []
    for part in parts:
        if isinstance(part, av.VideoFrame):
            return part, before
        before.append(part)
    raise CannotMark("the video: none of its pictures can be decoded")


def _end(pictures: av.VideoStream) -> int | None:
    """Return when the pictures end; None where the file does not say so."""
    return (pictures.start_time or 0) + pictures.duration if pictures.duration else None


def _prepare(
    pictures: av.VideoStream, drawn: av.VideoStream, turn: Turn, languages: Sequence[Language]
) -> _Planes:
    """Set the encoder up for pictures of the same size and colours, and return what is done to them."""
    given = pictures.codec_context
    width, height = given.width // 2 * 2, given.height // 2 * 2  # colours are kept for every other pixel
    if not (width and height):
        raise CannotMark("the video: the size of its pictures is not known")
    width, height = turn.size(width, height)
    drawn.width, drawn.height, drawn.pix_fmt = width, height, _layout(given.pix_fmt)
    context = drawn.codec_context
    context.color_range = FULL_RANGE if drawn.pix_fmt == FULL_RANGE_FORMAT else given.color_range
    context.colorspace, context.color_primaries = given.colorspace, given.color_primaries
    context.color_trc = given.color_trc
    shape = pictures.sample_aspect_ratio  # of a pixel; VP9 and AV1 have it in the container alone
    if shape:
        context.sample_aspect_ratio = 1 / shape if turn.swaps else shape
    black, white = (0, 255) if context.color_range == FULL_RANGE else (16, 235)
    mark = plate_for(width, height, languages)
    return _Planes(width, height, str(drawn.pix_fmt), turn, mark, black, white)


def _layout(given: str | None) -> str:
    return FULL_RANGE_FORMAT if given == FULL_RANGE_FORMAT else "yuv420p"


def _marked(frame: av.VideoFrame, planes: _Planes) -> av.VideoFrame:
    width, height = planes.turn.size(planes.width, planes.height)
    stored = frame.reformat(width=width, height=height, format=planes.layout, threads=1).to_ndarray()
    values = planes.upright(cast("NDArray[np.uint8]", stored))
    planes.draw(values)
    marked = av.VideoFrame.from_ndarray(values, format=planes.layout)
    marked.pts, marked.time_base, marked.duration = frame.pts, frame.time_base, frame.duration
    return marked


def _blend(
    place: NDArray[np.uint8], keep: NDArray[np.float32], zero: float, add: NDArray[np.float32] | int
) -> None:
    place[:] = np.rint((place - np.float32(zero)) * keep + zero + add).clip(0, 255)


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> None:
    raise PermissionError(f"a video asked for another file: {url!r}")
