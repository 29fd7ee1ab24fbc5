"""The filter that a sound passes before it is measured; the clean copy does not pass it."""

import numpy as np

from adapters.audio.arrays import Samples
from application.ports.audio import SAMPLE_RATE

_RUMBLE_HZ = (35.0, 65.0)  # nothing passes below the first frequency, everything passes above the second
_BLOCK = 1 << 15  # samples; one transform of a whole recording costs more
_OVERLAP = SAMPLE_RATE // 10  # on each side; the filter rings for less


def without_rumble(samples: Samples) -> Samples:
    """Remove offset, wind, footsteps and other rumble, which would look periodic at any lag."""
    inner = _BLOCK - 2 * _OVERLAP
    count = -(-len(samples) // inner)
    padded = np.pad(samples, (_OVERLAP, count * inner + _OVERLAP - len(samples)))
    blocks = np.lib.stride_tricks.sliding_window_view(padded, _BLOCK)[::inner]
    spectra = np.fft.rfft(blocks)
    frequencies = np.arange(int(_RUMBLE_HZ[1] * _BLOCK / SAMPLE_RATE) + 1) * (SAMPLE_RATE / _BLOCK)
    ramp = np.clip((frequencies - _RUMBLE_HZ[0]) / (_RUMBLE_HZ[1] - _RUMBLE_HZ[0]), 0, 1)
    spectra[:, : len(ramp)] *= (0.5 - 0.5 * np.cos(np.pi * ramp)).astype(np.float32)
    filtered = np.fft.irfft(spectra, _BLOCK)[:, _OVERLAP:-_OVERLAP].ravel()[: len(samples)]
    return filtered.astype(np.float32, copy=False)
