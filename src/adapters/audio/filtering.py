"""The filter that a sound passes before it is measured. The stored recording stays as it was sent."""

import numpy as np

from adapters.audio.arrays import Samples
from application.ports.audio import SAMPLE_RATE

_RUMBLE_HZ = (35.0, 65.0)  # nothing passes below the first frequency, everything passes above the second


def without_rumble(samples: Samples) -> Samples:
    """Remove offset, wind, footsteps and other rumble, which would look periodic at any lag."""
    size = 1 << (len(samples) + SAMPLE_RATE // 10).bit_length()
    spectrum = np.fft.rfft(samples, size)
    frequencies = np.arange(int(_RUMBLE_HZ[1] * size / SAMPLE_RATE) + 1) * (SAMPLE_RATE / size)
    ramp = np.clip((frequencies - _RUMBLE_HZ[0]) / (_RUMBLE_HZ[1] - _RUMBLE_HZ[0]), 0, 1)
    spectrum[: len(ramp)] *= (0.5 - 0.5 * np.cos(np.pi * ramp)).astype(np.float32)
    filtered: Samples = np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32, copy=False)
    return filtered
