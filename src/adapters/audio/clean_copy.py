"""Writes the copy of a recording that the service keeps: only its sound, without loss, as FLAC (RFC 9639)."""

from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from adapters.audio.decoding import Sound

SUFFIX = ".flac"
SIGNATURE = b"fLaC"
"""What the copy begins with."""
_BATCH_SAMPLES = 65_536


def write_copy(sound: Sound, path: Path) -> None:
    """Write a sound with 16 bits a sample where these hold all of it, with 24 bits otherwise.

    Every current browser plays FLAC. Decoding the copy gives the same sound, bit by bit. Raises `OSError`.
    """
    fits_sixteen_bits = not (sound.pcm & 0xFF).any()
    samples = (sound.pcm >> 8).astype(np.int16) if fits_sixteen_bits else sound.pcm << 8
    with av.open(path, "w", format="flac") as output:
        stream = cast(AudioStream, output.add_stream("flac", rate=sound.rate, layout="mono"))
        stream.format = "s16" if fits_sixteen_bits else "s32"
        for start in range(0, len(samples), _BATCH_SAMPLES):
            part = samples[None, start : start + _BATCH_SAMPLES]
            frame = AudioFrame.from_ndarray(part, stream.format.name, "mono")
            frame.sample_rate, frame.pts = sound.rate, start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
