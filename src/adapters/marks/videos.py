"""Marks a video: its frames are decoded and encoded again, its sound is copied."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import av
import numpy as np
from av.container import InputContainer, OutputContainer
from numpy.typing import NDArray

from adapters.marks.pictures import CannotMark
from adapters.marks.plate import Plate, plate_for
from domain.user import Language

CODEC: Final = "libx264"
ENCODING = {"crf": "19", "preset": "veryfast", "bf": "0", "threads": "1"}
"""A little better than the studio encodes, since this is the second time. A confined process starts no threads."""
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


@dataclass(frozen=True, slots=True)
class _Planes:
    """The planes of a frame, one for light and two for colours, and what the mark does to them."""

    width: int
    height: int
    """Of the frame; even numbers."""
    layout: str
    mark: Plate
    black: float
    white: float

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


def mark_video(source: Path, target: Path, languages: Sequence[Language]) -> None:
    """Write a copy with the mark, as H.264 with the frames at the same times.

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
    drawn = made.add_stream(CODEC, rate=pictures.average_rate, options=ENCODING)
    planes = _prepare(context, drawn, languages)
    if pictures.time_base:
        drawn.codec_context.time_base = pictures.time_base
    sound = given.streams.audio[0] if given.streams.audio else None
    heard = made.add_stream_from_template(sound) if sound else None
    for packet in given.demux([pictures, sound] if sound else [pictures]):
        if packet.stream is pictures:
            for frame in packet.decode():
                made.mux(drawn.encode(_marked(cast("av.VideoFrame", frame), planes)))
        elif packet.dts is not None and heard is not None:
            packet.stream = heard
            made.mux(packet)
    made.mux(drawn.encode(None))


def _prepare(given: av.VideoCodecContext, drawn: av.VideoStream, languages: Sequence[Language]) -> _Planes:
    """Set the encoder up for pictures of the same size and colours, and return how they are marked."""
    width, height = given.width // 2 * 2, given.height // 2 * 2  # colours are kept for every other pixel
    if not (width and height):
        raise CannotMark("the video: the size of its pictures is not known")
    drawn.width, drawn.height, drawn.pix_fmt = width, height, _layout(given.pix_fmt)
    context = drawn.codec_context
    context.color_range = FULL_RANGE if drawn.pix_fmt == FULL_RANGE_FORMAT else given.color_range
    context.colorspace, context.color_primaries = given.colorspace, given.color_primaries
    context.color_trc = given.color_trc
    if given.sample_aspect_ratio:
        context.sample_aspect_ratio = given.sample_aspect_ratio
    black, white = (0, 255) if context.color_range == FULL_RANGE else (16, 235)
    return _Planes(width, height, str(drawn.pix_fmt), plate_for(width, height, languages), black, white)


def _layout(given: str | None) -> str:
    return FULL_RANGE_FORMAT if given == FULL_RANGE_FORMAT else "yuv420p"


def _marked(frame: av.VideoFrame, planes: _Planes) -> av.VideoFrame:
    values = frame.reformat(
        width=planes.width, height=planes.height, format=planes.layout, threads=1
    ).to_ndarray()
    planes.draw(cast("NDArray[np.uint8]", values))
    marked = av.VideoFrame.from_ndarray(values, format=planes.layout)
    marked.pts, marked.time_base, marked.duration = frame.pts, frame.time_base, frame.duration
    return marked


def _blend(
    place: NDArray[np.uint8], keep: NDArray[np.float32], zero: float, add: NDArray[np.float32] | int
) -> None:
    place[:] = np.rint((place - np.float32(zero)) * keep + zero + add).clip(0, 255)


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> None:
    raise PermissionError(f"a video asked for another file: {url!r}")
