"""Decodes and measures a recording."""

from pathlib import Path

import numpy as np

from adapters.audio.decoding import decode
from adapters.audio.measuring import find_voice, measure
from application.ports.audio import Speech


def listen(path: Path) -> Speech:
    """Implements `Listener`: decode and measure the voice in a file; the format is found by content, not by name.

    Takes about 0.15 s for 15 s of sound on one core. Raises `VoiceRefused`.
    """
    samples = decode(path).samples
    acoustics = measure(find_voice(samples))
    return Speech(samples=samples.astype(np.float32).tobytes(), acoustics=acoustics)
