"""What is done to a sound before it is measured; what is kept and played stays as it came."""

import numpy as np
from numpy.typing import NDArray

from application.ports.audio import SAMPLE_RATE

_RUMBLE = (35.0, 65.0)  # Hz: nothing passes below the first, everything above the second


def without_rumble(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Remove offset, wind, steps and the like, which would pass for periodicity at any lag."""
    size = 1 << (len(samples) + SAMPLE_RATE // 10).bit_length()
    spectrum = np.fft.rfft(samples, size)
    frequencies = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    ramp = np.clip((frequencies - _RUMBLE[0]) / (_RUMBLE[1] - _RUMBLE[0]), 0, 1)
    spectrum *= (0.5 - 0.5 * np.cos(np.pi * ramp)).astype(np.float32)
    cleaned: NDArray[np.float32] = np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32)
    return cleaned
