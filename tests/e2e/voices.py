"""Recordings for tests to send."""

import io
import tempfile
import wave
from functools import cache
from pathlib import Path

import av

from adapters.audio.decoding import decode
from e2e.memory import MEGABYTE

SAMPLE = Path("samples/voice.flac")


@cache
def short_voice(seconds: float = 2.5) -> bytes:
    """Return the beginning of the sample as a WAV; it is checked faster than all of it."""
    file = io.BytesIO()
    with av.open(str(SAMPLE)) as source, av.open(file, "w", format="wav") as target:
        stream = target.add_stream("pcm_s16le", rate=16_000, layout="mono")
        resampler = av.AudioResampler("s16", "mono", 16_000)
        for frame in source.decode(audio=0):
            if frame.time is not None and frame.time > seconds:
                break
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return file.getvalue()


@cache
def large_voice() -> bytes:
    """Return a WAV of the largest size that may be sent: the sample repeated for 27 s, 32 bits, 96 kHz, stereo."""
    rate, header = 96_000, 4096
    with av.open(str(SAMPLE)) as source:
        resampler = av.AudioResampler("s32", "stereo", rate)
        parts = [part for frame in source.decode(audio=0) for part in resampler.resample(frame)]
    samples = b"".join(bytes(part.planes[0])[: part.samples * 8] for part in parts)
    wanted = (25 * MEGABYTE - header) // 8 * 8
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setnchannels(2)
        target.setsampwidth(4)
        target.setframerate(rate)
        target.writeframes((samples * (wanted // len(samples) + 1))[:wanted])
    return file.getvalue()


def pcm_of(content: bytes) -> bytes:
    """Return the decoded sound of a recording, which its clean copy has, too."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return decode(Path(file.name)).pcm.tobytes()
