"""Writes recordings for tests, in every container that a browser, a phone or an archive may send."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from application.ports.audio import SAMPLE_RATE
from unit.audio.sounds import Samples

SAMPLES = Path(__file__).parents[3] / "samples"
RECORDINGS = Path(__file__).parent / "recordings"
PLACE = b"+48.8577+002.295/"


@dataclass(frozen=True)
class Container:
    """A container with a codec that is found in it."""

    format: str
    codec: str
    rate: int
    bit_rate: int | None = None
    layout: str = "mono"
    options: Mapping[str, str] = field(default_factory=dict)


WAV = Container("wav", "pcm_s16le", 16_000)
FLAC = Container("flac", "flac", 16_000)
CONTAINERS = {
    "webm": Container("webm", "libopus", 48_000, 32_000),
    "ogg opus": Container("ogg", "libopus", 48_000, 32_000),
    "ogg vorbis": Container("ogg", "vorbis", 44_100, 96_000, "stereo"),
    "ogg flac": Container("ogg", "flac", 16_000),
    "mp4": Container("mp4", "aac", 44_100, 64_000),
    "mp4 of a camera": Container("mp4", "ac3", 48_000, 64_000),
    "m4a without loss": Container("ipod", "alac", 16_000),
    "3gp": Container("3gp", "libopencore_amrnb", 8_000, 12_200),
    "quicktime": Container("mov", "adpcm_ima_qt", 44_100),
    "mp3": Container("mp3", "libmp3lame", 44_100, 64_000),
    "flac": FLAC,
    "wav": WAV,
    "wav at 8 kHz": Container("wav", "pcm_s16le", 8_000),
    "wav of floats at 96 kHz": Container("wav", "pcm_f32le", 96_000),
    "wav of 24 bits": Container("wav", "pcm_s24le", 44_100),
    "wav adpcm": Container("wav", "adpcm_ms", 16_000),
    "wav adpcm of yamaha": Container("wav", "adpcm_yamaha", 16_000),
    "wav g.726": Container("wav", "g726", 8_000),
    "adts": Container("adts", "aac", 44_100, 64_000),
    "latm": Container("latm", "aac", 44_100, 64_000),
    "aiff": Container("aiff", "pcm_s16be", 44_100),
    "au": Container("au", "pcm_s16be", 16_000),
    "caf": Container("caf", "pcm_s16be", 16_000),
    "w64": Container("w64", "pcm_s16le", 16_000),
    "amr": Container("amr", "libopencore_amrnb", 8_000, 12_200),
    "matroska": Container("matroska", "flac", 16_000),
    "wma": Container("asf", "wmav2", 44_100, 64_000),
    "avi": Container("avi", "pcm_s16le", 16_000),
    "flv": Container("flv", "nellymoser", 16_000),
    "flv adpcm": Container("flv", "adpcm_swf", 22_050),
    "mpeg-ts": Container("mpegts", "aac", 44_100, 64_000),
    "mpeg": Container("mpeg", "mp2", 44_100, 64_000),
    "ac3": Container("ac3", "ac3", 48_000, 64_000),
    "eac3": Container("eac3", "eac3", 48_000, 64_000),
    "wavpack": Container("wv", "wavpack", 16_000),
    "tta": Container("tta", "tta", 16_000),
    "voc": Container("voc", "pcm_s16le", 16_000),
}


def record(path: Path, samples: Samples, container: Container = WAV) -> Path:
    """Write mono 16 kHz samples into a container, which does not depend on the path's ending."""
    with av.open(path, "w", format=container.format) as output:
        stream = cast(AudioStream, output.add_stream(container.codec, rate=container.rate))
        stream.layout = container.layout
        # FFmpeg's own Vorbis encoder is an experiment.
        stream.codec_context.options = {"strict": "experimental", **container.options}
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


def wav_of(channels: NDArray[np.floating[Any]], rate: int = SAMPLE_RATE) -> bytes:
    """Return a WAV file of 32-bit floats, of sounds of shape (samples, channels)."""
    count = channels.shape[1]
    form = struct.pack("<HHIIHH", 3, count, rate, 4 * count * rate, 4 * count, 32)
    return wav_of_chunks((b"fmt ", form), (b"data", channels.astype("<f4").tobytes()))


def wav_of_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    """Return a WAV file of chunks with their names."""
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def record_channels(
    path: Path, channels: NDArray[np.floating[Any]], codec: str, format: str, rate: int
) -> Path:
    """Write channels of shape (samples, channels) at `SAMPLE_RATE`, as many as the codec allows.

    FFmpeg converts them itself: PyAV cannot fill a planar frame of eight channels or more.
    """
    source = path.with_suffix(".source.wav")
    source.write_bytes(wav_of(channels))
    with av.open(source) as recording, av.open(path, "w", format=format) as output:
        stream = cast(AudioStream, output.add_stream(codec, rate=rate, layout=_layout_of(channels.shape[1])))
        encoder = stream.codec_context
        resampler = AudioResampler(encoder.format or "s16", stream.layout, rate, encoder.frame_size)
        for frame in chain(recording.decode(audio=0), [None]):
            for part in resampler.resample(frame):
                output.mux(stream.encode(part))
        output.mux(stream.encode(None))
    return path


def _layout_of(count: int) -> str:
    return {1: "mono", 2: "stereo", 3: "3.0", 6: "5.1", 8: "7.1", 12: "7.1.4", 16: "9.1.6"}[count]


def phone_video(path: Path, samples: Samples) -> Path:
    """Write a video with mono 16 kHz sound, and with the tags of a phone that knows its `PLACE`."""
    with av.open(path, "w", options={"movflags": "use_metadata_tags"}) as output:
        output.metadata["location"] = PLACE.decode()
        output.metadata["com.apple.quicktime.model"] = "A phone"
        pictures = output.add_stream("mpeg4", rate=25)
        pictures.width = pictures.height = 64
        pictures.pix_fmt = "yuv420p"
        sound = output.add_stream("aac", rate=16_000, layout="mono")
        for _ in range(25):
            output.mux(pictures.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(pictures.encode(None))
        for start in range(0, len(samples) - 1_024, 1_024):
            frame = AudioFrame.from_ndarray(samples[None, start : start + 1_024].copy(), "fltp", "mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, start
            output.mux(sound.encode(frame))
        output.mux(sound.encode(None))
    return path
