"""Writes pictures and sound as files: parts of a video as H.264, then all of them joined, with AAC sound."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.container import OutputContainer
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    Interpolation,
    VideoReformatter,
)
from numpy.typing import NDArray
from PIL import Image

from adapters.faces.studio.render.renderer import Picture
from application.ports.audio import SOUND_RATE

FRAME_RATE = 25
VIDEO_CODEC: Final = "libx264"
AUDIO_CODEC: Final = "aac"
PIXEL_FORMAT = "yuv420p"
VIDEO_OPTIONS = {"crf": "21", "preset": "veryfast", "tune": "animation", "bf": "0", "threads": "1"}
"""Without B-frames the timestamps of a part are its frame numbers, so that parts are joined by counting frames."""
SOUND_BITS = 128_000
"""A second; FFmpeg's encoder then keeps one channel up to 20 kHz."""
SOUND_OPTIONS = {"aac_coder": "fast", "aac_tns": "0"}
"""With its usual search and noise shaping, FFmpeg's encoder raised the peaks of loud speech from 0.89 to 1.40."""
AAC_FRAME_SIZE = 1024
LOUDEST = 0.8
"""Amplitude to which louder sound is turned down as a whole: what AAC loses can make peaks a little higher."""
FADE_SECONDS = 0.15
"""How long sound that is cut off takes to become silent."""


def write_png(picture: Picture, target: Path) -> None:
    """Write a picture; the same pixels give the same bytes."""
    Image.fromarray(picture).save(target, format="PNG", optimize=False, compress_level=6)


class _Colours:
    """Turns pictures, which are sRGB, into what H.264 stores, and says in each frame and in the file what that is.

    BT.709 has the primaries of sRGB, but another curve, so the curve is told apart from them. Unless a matrix is named,
    FFmpeg takes that of BT.601, and players that of BT.709 or one that they guess from the size.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def tag(self, stream: av.VideoStream) -> None:
        """Let the encoder and the container name the colours."""
        stream.pix_fmt = PIXEL_FORMAT
        context = stream.codec_context
        context.color_primaries = ColorPrimaries.BT709
        context.color_trc = ColorTrc.IEC61966_2_1
        context.colorspace = Colorspace.ITU709
        context.color_range = ColorRange.MPEG

    def frame_of(self, picture: Picture) -> av.VideoFrame:
        """Return a picture as a frame in these colours."""
        return self._reformatter.reformat(
            av.VideoFrame.from_ndarray(picture, format="rgb24"),
            format=PIXEL_FORMAT,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            dst_color_trc=ColorTrc.IEC61966_2_1,
            dst_color_primaries=ColorPrimaries.BT709,
            interpolation=Interpolation.AREA,
            threads=1,
        )


def write_part(frames: Iterable[Picture], target: Path) -> None:
    """Encode consecutive frames of one size as a silent MP4 that starts with a key frame."""
    with av.open(str(target), "w", format="mp4") as container:
        stream = container.add_stream(VIDEO_CODEC, rate=FRAME_RATE, options=VIDEO_OPTIONS)
        colours = _Colours()
        colours.tag(stream)
        for number, picture in enumerate(frames):
            stream.height, stream.width = picture.shape[:2]
            frame = colours.frame_of(picture)
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def join(parts: Sequence[Path], samples: NDArray[np.float32], frames: int, target: Path) -> None:
    """Write parts one after another, with sound (mono at `SOUND_RATE`) that lasts as long as the `frames`.

    Video packets are copied. The index comes first, so that players can start at once.
    """
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        with av.open(str(parts[0])) as first:
            video = container.add_stream_from_template(first.streams.video[0])
        audio = container.add_stream(AUDIO_CODEC, rate=SOUND_RATE, options=SOUND_OPTIONS)
        audio.bit_rate, audio.layout = SOUND_BITS, "mono"
        _copy_video(parts, container, video)
        for frame in _sound_frames(_fitted_sound(samples, frames)):
            container.mux(audio.encode(frame))
        container.mux(audio.encode(None))


def _copy_video(parts: Sequence[Path], container: OutputContainer, stream: av.VideoStream) -> None:
    """Write the video packets of all parts; a packet is one frame."""
    number = 0
    for part in parts:
        with av.open(str(part)) as source:
            for packet in source.demux(video=0):
                if packet.size == 0:
                    continue
                packet.pts = packet.dts = number
                packet.time_base = Fraction(1, FRAME_RATE)
                packet.duration = 1
                packet.stream = stream
                container.mux(packet)
                number += 1


def _sound_frames(samples: NDArray[np.float32]) -> Iterator[av.AudioFrame]:
    """Yield the sound in frames of the size that AAC needs."""
    for start in range(0, len(samples), AAC_FRAME_SIZE):
        part = samples[None, start : start + AAC_FRAME_SIZE]
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = SOUND_RATE, Fraction(1, SOUND_RATE), start
        yield frame


def _fitted_sound(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Cut the sound to the length of the pictures, with a fade-out, or add silence; turn down what is too loud."""
    length = frames * SOUND_RATE // FRAME_RATE
    sound = np.zeros(length, dtype=np.float32)
    sound[: min(length, len(samples))] = samples[:length]
    if len(samples) > length:
        fade = int(FADE_SECONDS * SOUND_RATE)
        sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound * np.float32(LOUDEST / max(LOUDEST, float(np.abs(sound).max())))
