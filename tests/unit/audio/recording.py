"""Writes recordings for tests, in every container that a browser, a phone or an archive may send."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from application.ports.audio import SAMPLE_RATE
from unit.audio.sounds import Samples

SAMPLES = Path(__file__).parents[3] / "samples"
RECORDINGS = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Container:
    """A container with the codec that usually goes with it."""

    format: str
    codec: str
    rate: int
    media_type: str
    suffix: str
    bit_rate: int | None = None
    layout: str = "mono"


WAV = Container("wav", "pcm_s16le", 16_000, "audio/wav", ".wav")
FLAC = Container("flac", "flac", 16_000, "audio/flac", ".flac")
CONTAINERS = {
    "webm": Container("webm", "libopus", 48_000, "audio/webm", ".webm", 32_000),
    "ogg opus": Container("ogg", "libopus", 48_000, "audio/ogg", ".ogg", 32_000),
    "ogg vorbis": Container("ogg", "vorbis", 44_100, "audio/ogg", ".ogg", 96_000, "stereo"),
    "mp4": Container("mp4", "aac", 44_100, "audio/mp4", ".m4a", 64_000),
    "mp3": Container("mp3", "libmp3lame", 44_100, "audio/mpeg", ".mp3", 64_000),
    "flac": FLAC,
    "wav": WAV,
    "wav at 8 kHz": Container("wav", "pcm_s16le", 8_000, "audio/wav", ".wav"),
    "wav of floats at 96 kHz": Container("wav", "pcm_f32le", 96_000, "audio/wav", ".wav"),
    "adts": Container("adts", "aac", 44_100, "audio/aac", ".aac", 64_000),
    "aiff": Container("aiff", "pcm_s16be", 44_100, "audio/aiff", ".aiff"),
    "caf": Container("caf", "pcm_s16be", 16_000, "audio/x-caf", ".caf"),
    "w64": Container("w64", "pcm_s16le", 16_000, "audio/x-w64", ".w64"),
    "matroska": Container("matroska", "flac", 16_000, "audio/x-matroska", ".mka"),
}


def record(path: Path, samples: Samples, container: Container = WAV) -> Path:
    """Write mono 16 kHz samples into a container, which does not depend on the path's ending."""
    with av.open(path, "w", format=container.format) as output:
        stream = cast(AudioStream, output.add_stream(container.codec, rate=container.rate))
        stream.layout = container.layout
        stream.codec_context.options = {"strict": "experimental"}  # for FFmpeg's own Vorbis encoder
        if container.bit_rate is not None:
            stream.bit_rate = container.bit_rate
        resampler = AudioResampler(
            format=stream.codec_context.format or "s16",
            layout=container.layout,
            rate=container.rate,
            frame_size=stream.codec_context.frame_size,
        )
        for frame in _frames(samples):
            for part in resampler.resample(frame):
                output.mux(stream.encode(part))
        for part in resampler.resample(None):
            output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return path


def _frames(samples: Samples) -> Iterator[AudioFrame]:
    pcm = np.round(np.clip(samples, -1, 32_767 / 32_768) * 32_768).astype(np.int16)
    for start in range(0, len(pcm), 4_096):
        frame = AudioFrame.from_ndarray(pcm[None, start : start + 4_096], "s16", "mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = start
        frame.time_base = Fraction(1, SAMPLE_RATE)
        yield frame
