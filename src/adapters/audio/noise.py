"""The steady background of a recording, learnt from its pauses."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_FEWEST = 10  # frames
_MARGIN = 3  # frames beside the voice that still hold its breath and echo


def pauses(power: Floats, voiced: Mask) -> Mask:
    """Tell which frames hold background only, from each frame's power and voicing.

    These are the quieter half of the frames that stand clear of the voice; none where there are too few.
    """
    near = np.convolve(voiced, np.ones(2 * _MARGIN + 1), mode="same") > 0.5
    clear = ~near
    if clear.sum() < 2 * _FEWEST:
        return np.zeros_like(clear)
    return clear & (power <= np.median(power[clear]))


def noise_spectrum(spectra: Floats, voiced: Mask) -> Floats:
    """Return the mean power spectrum of the pauses, zeros where there are none; shape (bins,)."""
    silent = pauses(spectra.sum(axis=1), voiced)
    if not silent.any():
        return np.zeros(spectra.shape[1])
    mean: Floats = spectra[silent].mean(axis=0)
    return mean


def denoised(spectra: Floats, noise: Floats) -> Floats:
    """Subtract a noise spectrum, leaving a twentieth of every bin at least.

    S. F. Boll, "Suppression of acoustic noise in speech using spectral subtraction", IEEE Transactions on
    Acoustics, Speech, and Signal Processing 27(2), 113-120, 1979.
    """
    return np.maximum(spectra - noise, 0.05 * spectra)
