"""Harmonics-to-noise ratio of a voice, without the noise of the room."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LEAST_NOISE = 1e-3  # of the power: beyond 30 dB the window itself sets the limit


def harmonics_to_noise(strength: Floats, power: Floats, background: float) -> float:
    """Return the median ratio in dB over voiced frames.

    With r the height of the autocorrelation's peak, r of the power is harmonic and 1 - r noise (P. Boersma 1993,
    equation 4); the power of the background, learnt from the pauses, is taken off the noise.
    """
    harmonic = strength * power
    noise = np.maximum((1 - strength) * power - background, _LEAST_NOISE * power)
    return float(np.median(10 * np.log10(np.maximum(harmonic, 1e-20) / np.maximum(noise, 1e-20))))
