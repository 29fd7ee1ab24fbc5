"""Writes pictures and sound as files: parts of a video as H.264, then all of them joined, with AAC sound."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from numpy.typing import NDArray
from PIL import Image

from adapters.faces.studio.render.renderer import Picture
from application.ports.audio import SAMPLE_RATE

FRAME_RATE = 25
VIDEO_CODEC: Final = "libx264"
AUDIO_CODEC: Final = "aac"
VIDEO_OPTIONS = {"crf": "21", "preset": "veryfast", "tune": "animation", "bf": "0", "threads": "1"}
"""Without B-frames the timestamps of a part are its frame numbers, so that parts are joined by counting frames."""
SOUND_RATE, SOUND_BITS = 48_000, 96_000
AAC_FRAME_SIZE = 1024
FADE_SECONDS = 0.15
"""How long sound that is cut off takes to become silent."""


def write_png(picture: Picture, target: Path) -> None:
    """Write a picture; the same pixels give the same bytes."""
    Image.fromarray(picture).save(target, format="PNG", optimize=False, compress_level=6)


def write_part(frames: Iterable[Picture], target: Path) -> None:
    """Encode consecutive frames of one size as a silent MP4 that starts with a key frame."""
    with av.open(str(target), "w", format="mp4") as container:
        stream = container.add_stream(VIDEO_CODEC, rate=FRAME_RATE, options=VIDEO_OPTIONS)
        stream.pix_fmt = "yuv420p"
        for number, picture in enumerate(frames):
            stream.height, stream.width = picture.shape[:2]
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FRAME_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def join(parts: Sequence[Path], samples: NDArray[np.float32], frames: int, target: Path) -> None:
    """Write parts one after another, with sound (mono at `SAMPLE_RATE`) that lasts as long as the `frames`.

    Video packets are copied. The index comes first, so that players can start at once.
    """
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        with av.open(str(parts[0])) as first:
            video = container.add_stream_from_template(first.streams.video[0])
        audio = container.add_stream(AUDIO_CODEC, rate=SOUND_RATE)
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
    """Yield the sound at `SOUND_RATE` in frames of the size that AAC needs."""
    resampler = AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE, frame_size=AAC_FRAME_SIZE)
    sound = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
    sound.sample_rate, sound.time_base, sound.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), 0
    yield from resampler.resample(sound)
    yield from resampler.resample(None)


def _fitted_sound(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Cut the sound to the length of the pictures, with a fade-out, or add silence."""
    length = frames * SAMPLE_RATE // FRAME_RATE
    sound = np.zeros(length, dtype=np.float32)
    sound[: min(length, len(samples))] = samples[:length]
    if len(samples) > length:
        fade = int(FADE_SECONDS * SAMPLE_RATE)
        sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound
