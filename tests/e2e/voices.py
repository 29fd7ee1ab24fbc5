"""Recordings to send."""

import io
from functools import cache
from pathlib import Path

import av

SAMPLE = Path("samples/voice.flac")


@cache
def short_voice(seconds: float = 2.5) -> bytes:
    """Return the beginning of the sample, which is checked in a fraction of the time that all of it takes."""
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
