"""What the short-term spectra of a voice tell: timbre, slope and bandwidth."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from adapters.audio.framing import framed
from application.ports.audio import SAMPLE_RATE

Floats = NDArray[np.float64]

_WINDOW = 512  # 32 ms
FREQUENCIES = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)
"""Centre of each bin in Hz."""

NYQUIST = SAMPLE_RATE / 2
TELEPHONE = 3_400.0
_CLIFF = 20.0  # dB; forty-nine voices in fifty fall by less there, and telephones by more, in noise too
_SLOPE_RANGE = (200.0, 5_000.0)
_MEL_BANDS = 26
_MEL_RANGE = (80.0, 7_600.0)
_COEFFICIENTS = 12
_DEPTH = 1e-3  # of a frame's loudest band: below it noise would speak


def power_spectra(samples: NDArray[np.float32]) -> Floats:
    """Return the power spectrum of each frame, shape (frames, 257)."""
    spectra = np.fft.rfft(framed(samples, _WINDOW) * np.hanning(_WINDOW).astype(np.float32))
    return (spectra.real**2 + spectra.imag**2).astype(float)


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
    depth = _DEPTH * bands.max(axis=1, keepdims=True) + 1e-12
    coefficients: Floats = np.log(bands + depth) @ _cosines().T
    return coefficients


@cache
def _mel_filters() -> Floats:
    """Triangles of equal width on the mel scale, shape (bands, bins)."""
    low, high = (2595 * np.log10(1 + f / 700) for f in _MEL_RANGE)
    edges = 700 * (10 ** (np.linspace(low, high, _MEL_BANDS + 2) / 2595) - 1)
    left, centre, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (FREQUENCIES - left) / (centre - left), (right - FREQUENCIES) / (right - centre)
    filters: Floats = np.clip(np.minimum(rising, falling), 0, None)
    filters /= filters.sum(axis=1, keepdims=True)
    return filters


@cache
def _cosines() -> Floats:
    """The discrete cosine transform that turns log bands into cepstra, shape (coefficients, bands)."""
    order = np.arange(1, _COEFFICIENTS + 1)[:, None]
    rows: Floats = np.cos(np.pi * order * (np.arange(_MEL_BANDS) + 0.5) / _MEL_BANDS)
    rows *= np.sqrt(2 / _MEL_BANDS)
    return rows


def slope(spectrum: Floats, bandwidth_hz: float) -> float:
    """Return how a mean power spectrum falls, in dB per octave, by a line through third-octave bands."""
    top = min(_SLOPE_RANGE[1], bandwidth_hz)
    centres = _SLOPE_RANGE[0] * 2 ** np.arange(0, np.log2(top / _SLOPE_RANGE[0]), 1 / 3)
    levels = [_level(spectrum, c * 2 ** (-1 / 6), c * 2 ** (1 / 6)) for c in centres]
    return float(np.polyfit(np.log2(centres), levels, 1)[0])


def bandwidth(spectrum: Floats) -> float:
    """Return where a mean power spectrum of a voice ends in Hz: a telephone's range, or all that we decode.

    Take the noise off the mean, not off each frame: what is left above a telephone's range must be near nothing.
    """
    cliff = _level(spectrum, 2_700, 3_300) - _level(spectrum, 4_200, 5_200)
    return TELEPHONE if cliff > _CLIFF else NYQUIST


def _level(spectrum: Floats, low: float, high: float) -> float:
    """Mean power between two frequencies in dB, of power to the width of the band."""
    inside = (low <= FREQUENCIES) & (high > FREQUENCIES)
    return float(10 * np.log10(max(float(spectrum[inside].mean()), 1e-12)))
