"""Short-term spectra of a voice, and the measures taken from them: timbre and slope."""

from functools import cache

import numpy as np

from adapters.audio.arrays import Floats, Samples
from adapters.audio.framing import BLOCK, framed
from application.ports.audio import SAMPLE_RATE

_WINDOW = 512  # 32 ms
FREQUENCIES = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
"""The centre of each bin in Hz."""
_SLOPE_RANGE_HZ = (200.0, 5_000.0)
_MEL_BANDS = 26
_MEL_RANGE_HZ = (80.0, 7_600.0)
_COEFFICIENTS = 12
_FLOOR = 1e-3  # of a frame's loudest band; weaker bands are mostly noise


def power_spectra(samples: Samples) -> Floats:
    """Return the power spectrum of each frame, shape (frames, 257)."""
    frames, window = framed(samples, _WINDOW), np.hanning(_WINDOW).astype(np.float32)
    power = np.empty((len(frames), _WINDOW // 2 + 1))
    for start in range(0, len(frames), BLOCK):
        spectra = np.fft.rfft(frames[start : start + BLOCK] * window)
        power[start : start + BLOCK] = spectra.real**2 + spectra.imag**2
    return power


def timbre(spectra: Floats) -> tuple[float, ...]:
    """Return the mean mel-frequency cepstral coefficients 1 to 12 of the given frames."""
    return tuple(float(c) for c in cepstra(spectra).mean(axis=0))


def cepstra(spectra: Floats) -> Floats:
    """Return mel-frequency cepstral coefficients 1 to 12 of each frame, shape (frames, 12).

    S. B. Davis and P. Mermelstein, "Comparison of parametric representations for monosyllabic word recognition
    in continuously spoken sentences", IEEE Transactions on Acoustics, Speech, and Signal Processing 28(4),
    357-366, 1980.
    """
    if not len(spectra):
        return np.zeros((1, _COEFFICIENTS))
    bands = spectra @ _mel_filters().T
    floor = _FLOOR * bands.max(axis=1, keepdims=True) + 1e-12
    coefficients: Floats = np.log(bands + floor) @ _cosines().T
    return coefficients


@cache
def _mel_filters() -> Floats:
    """Return triangular filters of equal width on the mel scale, shape (bands, bins)."""
    low, high = (2595 * np.log10(1 + f / 700) for f in _MEL_RANGE_HZ)
    edges = 700 * (10 ** (np.linspace(low, high, _MEL_BANDS + 2) / 2595) - 1)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (FREQUENCIES - left) / (centre - left), (right - FREQUENCIES) / (right - centre)
    filters: Floats = np.clip(np.minimum(rising, falling), 0, None)
    filters /= filters.sum(axis=1, keepdims=True)
    return filters


@cache
def _cosines() -> Floats:
    """Return the discrete cosine transform of log bands to cepstra, shape (coefficients, bands)."""
    order = np.arange(1, _COEFFICIENTS + 1)[:, None]
    rows: Floats = np.cos(np.pi * order * (np.arange(_MEL_BANDS) + 0.5) / _MEL_BANDS)
    rows *= np.sqrt(2 / _MEL_BANDS)
    return rows


def slope(spectrum: Floats, bandwidth_hz: float) -> float:
    """Return the slope of a mean power spectrum in dB per octave: that of a line through third-octave bands."""
    top = min(_SLOPE_RANGE_HZ[1], bandwidth_hz)
    centres = _SLOPE_RANGE_HZ[0] * 2 ** np.arange(0, np.log2(top / _SLOPE_RANGE_HZ[0]), 1 / 3)
    levels = [_level(spectrum, c * 2 ** (-1 / 6), c * 2 ** (1 / 6)) for c in centres]
    return float(np.polyfit(np.log2(centres), levels, 1)[0])


def _level(spectrum: Floats, low: float, high: float) -> float:
    """Return the mean power of the bins between two frequencies, in dB."""
    inside = (low <= FREQUENCIES) & (high > FREQUENCIES)
    return float(10 * np.log10(max(float(spectrum[inside].mean()), 1e-12)))
