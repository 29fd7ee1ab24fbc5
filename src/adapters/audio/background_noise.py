"""The steady background noise of a recording, measured in its pauses."""

import numpy as np

from adapters.audio.arrays import Floats, Mask, loud_level

_FEWEST_FRAMES = 10
_MARGIN = 3  # frames before and after the voice, which still contain breath and echo
_FARTHEST = 100  # frames; what is farther away may be another recording
_DIGITAL_SILENCE = 1e-8  # of the power of the loud frames
_LEAST_LEFT = 0.05  # of each bin
_SMOOTHED_BINS = 4  # on either side
_SMOOTHING = np.hanning(2 * _SMOOTHED_BINS + 3)[1:-1] / (_SMOOTHED_BINS + 1)


def noise_spectrum(spectra: Floats, voiced: Mask) -> Floats:
    """Return the mean power spectrum of the pauses, zeros where there are none; shape (bins,)."""
    in_pause = _pauses(spectra.sum(axis=1), voiced)
    if not in_pause.any():
        return np.zeros(spectra.shape[1])
    mean: Floats = spectra[in_pause].mean(axis=0)
    return mean


def _pauses(power: Floats, voiced: Mask) -> Mask:
    """Return which frames hold only background, from each frame's power and voicing.

    These are the quieter half of the frames that are near the voice, but not too near; none when there are too few.
    """
    candidates = (
        _near(voiced, _FARTHEST) & ~_near(voiced, _MARGIN) & (power > _DIGITAL_SILENCE * loud_level(power))
    )
    if candidates.sum() < 2 * _FEWEST_FRAMES:
        return np.zeros_like(candidates)
    return candidates & (power <= np.median(power[candidates]))


def _near(voiced: Mask, frames: int) -> Mask:
    sums = np.cumsum(np.pad(voiced.astype(int), (frames + 1, frames)))
    near: Mask = sums[2 * frames + 1 :] > sums[: -2 * frames - 1]
    return near


def denoised(spectra: Floats, noise: Floats) -> Floats:
    """Subtract a noise spectrum, but leave at least a twentieth of every bin.

    S. F. Boll, "Suppression of acoustic noise in speech using spectral subtraction", IEEE Transactions on
    Acoustics, Speech, and Signal Processing 27(2), 113-120, 1979.
    """
    return np.maximum(spectra - noise, _LEAST_LEFT * spectra)


def noise_gains(spectrum: Floats, noise: Floats) -> Floats:
    """Return the amplitude gains, one for each bin, that take a noise out of a mean power spectrum."""
    shares = denoised(spectrum, noise) / np.maximum(spectrum, 1e-20)
    gains: Floats = np.sqrt(
        np.convolve(np.pad(shares, _SMOOTHED_BINS, mode="edge"), _SMOOTHING, mode="valid")
    )
    return gains
