"""Writes pictures and sound as files: H.264 in parts that can be made side by side, then joined with AAC."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray
from PIL import Image

from adapters.faces.studio.render.renderer import Picture
from application.ports.audio import SAMPLE_RATE

FRAME_RATE = 25
VIDEO_CODEC: Final = "libx264"
AUDIO_CODEC: Final = "aac"
VIDEO_OPTIONS = {"crf": "21", "preset": "veryfast", "tune": "animation", "bf": "0", "threads": "1"}
"""Without B-frames a part's timestamps are its frame numbers, so that parts join by counting."""
SOUND_RATE, SOUND_BITS = 48_000, 96_000
FADE_SECONDS = 0.15


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
    """Write parts after one another with sound (mono at `SAMPLE_RATE`) that lasts as long as the pictures.

    Video packets are copied. The index comes first, so that players can start at once.
    """
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        with av.open(str(parts[0])) as first:
            video = container.add_stream_from_template(first.streams.video[0])
        audio = container.add_stream(AUDIO_CODEC, rate=SOUND_RATE)
        audio.bit_rate, audio.layout = SOUND_BITS, "mono"
        done = 0
        for part in parts:
            with av.open(str(part)) as source:
                count = 0
                for packet in source.demux(video=0):
                    if packet.size == 0:
                        continue
                    packet.pts = packet.dts = done + count
                    packet.time_base = Fraction(1, FRAME_RATE)
                    packet.duration = 1
                    packet.stream = video
                    container.mux(packet)
                    count += 1
                done += count
        resampler = AudioResampler(format="fltp", layout="mono", rate=SOUND_RATE, frame_size=1024)
        sound = av.AudioFrame.from_ndarray(_clip_sound(samples, frames)[None], format="flt", layout="mono")
        sound.sample_rate, sound.time_base, sound.pts = SAMPLE_RATE, Fraction(1, SAMPLE_RATE), 0
        for piece in (sound, None):
            for frame in resampler.resample(piece):
                container.mux(audio.encode(frame))
        container.mux(audio.encode(None))


def _clip_sound(samples: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """Cut or pad the sound to the pictures' length; what is cut fades out."""
    length = frames * SAMPLE_RATE // FRAME_RATE
    sound = np.zeros(length, dtype=np.float32)
    sound[: min(length, len(samples))] = samples[:length]
    if len(samples) > length:
        fade = int(FADE_SECONDS * SAMPLE_RATE)
        sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound
