"""Harmonics-to-noise ratio of a voice, with the background noise subtracted."""

import numpy as np

from adapters.audio.arrays import Floats

_LEAST_NOISE = 1e-3  # of the power: above 30 dB the window itself limits the ratio


def harmonics_to_noise(strength: Floats, power: Floats, background: float) -> float:
    """Return the median ratio in dB over voiced frames.

    `strength` is the height of the autocorrelation's peak in each frame. Of a frame's power, `strength` is harmonic
    and the rest is noise (P. Boersma 1993, equation 4). `background` is the power of the background noise, measured
    in the pauses; it is subtracted from the noise.
    """
    harmonic = strength * power
    noise = np.maximum((1 - strength) * power - background, _LEAST_NOISE * power)
    return float(np.median(10 * np.log10(np.maximum(harmonic, 1e-20) / np.maximum(noise, 1e-20))))
