"""Apparent vocal tract length from the spacing of the formants.

A tube of length L, closed at the glottis and open at the lips, resonates at (2i - 1) c / 4L. So L follows from the
spacing that fits the measured formants best (D. Reby and K. McComb, "Anatomical constraints generate honesty:
acoustic cues to age and weight in the roars of red deer stags", Animal Behaviour 65(3), 519-530, 2003). Formants
are the poles of linear prediction by Burg's method, as in Praat.
"""

import numpy as np
from numpy.typing import NDArray

from adapters.audio.arrays import Floats, Samples
from application.ports.audio import SAMPLE_RATE

_SPEED_OF_SOUND = 35_000.0  # cm/s, in the warm and moist air of a vocal tract
_PLAUSIBLE_CM = (8.0, 24.0)
_FEWEST_FRAMES = 12
_MOST_FRAMES = 400
_WINDOW_SECONDS = 0.05
_WINDOW_EDGE = np.exp(-12.0)
_WIDEST_HZ = 2_000.0
_MARGIN_HZ = 50.0  # no formant is so near to 0 or to the ceiling
_ORDER = 10  # two poles for each of five formants
_SHARES = {4: 0.88, 3: 0.6}  # of the ceiling that the band must reach to show so many formants
_PREEMPHASIS_HZ = 50.0
# The frequency below which five formants lie, by pitch: higher voices come from shorter tracts.
_PITCHES = np.log2([150.0, 190.0, 280.0, 350.0])
_CEILINGS_HZ = [5_000.0, 5_500.0, 5_500.0, 6_500.0]


def tract_length(
    samples: Samples, centres: NDArray[np.intp], pitch_hz: float, bandwidth_hz: float, gains: Floats
) -> float | None:
    """Return the length in cm, None where fewer than three formants lie in the band.

    `centres` are the sample positions of the centres of the voiced frames. `bandwidth_hz` is the upper end of the
    band; above it no formant is searched. `gains` are factors of amplitude, at equal steps from 0 Hz to half the
    sample rate, that take the noise out of the voice's mean spectrum.
    """
    ceiling = float(np.interp(np.log2(pitch_hz), _PITCHES, _CEILINGS_HZ))
    share = min(1.0, bandwidth_hz / ceiling)
    count = next((count for count, least in _SHARES.items() if share >= least), None)
    if count is None:
        return None
    # Poles without formants above the band would take its edge for formants; so they are left out.
    formants = _formants(samples, centres, share * ceiling, round(share * _ORDER), gains)[:count]
    if len(formants) < count:
        return None
    length = fitted_length(formants)
    return length if _PLAUSIBLE_CM[0] <= length <= _PLAUSIBLE_CM[1] else None


def fitted_length(formants: Floats) -> float:
    """Return the length in cm of the uniform tube whose resonances fit best to formants in Hz, lowest first."""
    order = np.arange(1, len(formants) + 1) - 0.5
    spacing = float(order @ formants / (order @ order))
    return _SPEED_OF_SOUND / (2 * spacing)


def _formants(
    samples: Samples, centres: NDArray[np.intp], ceiling: float, order: int, gains: Floats
) -> Floats:
    """Return the median of each formant, lowest first.

    In single frames wide poles count, as in Praat: without a wide fourth formant the fifth would count as the fourth.
    A pole that is wide in most frames shapes the slope of the spectrum and is not a resonance.
    """
    rate = 2 * ceiling
    sound = _preemphasised(_denoised_at(rate, samples, gains), rate)
    length = int(_WINDOW_SECONDS * rate)
    starts = (centres * (rate / SAMPLE_RATE)).astype(int) - length // 2
    starts = starts[(starts >= 0) & (starts + length <= len(sound))]
    starts = starts[:: max(1, len(starts) // _MOST_FRAMES)]
    if len(starts) < _FEWEST_FRAMES:
        return np.empty(0)
    window = np.exp(-48 * ((np.arange(length) + 0.5) / length - 0.5) ** 2) - _WINDOW_EDGE
    frames = np.stack([sound[s : s + length] for s in starts]) * window
    hertz, width = _poles(burg(frames, order), rate)
    is_formant = (hertz > _MARGIN_HZ) & (hertz < ceiling - _MARGIN_HZ)
    in_order = np.where(is_formant, hertz, np.inf).argsort(axis=1)[:, : order // 2]
    is_formant = np.take_along_axis(is_formant, in_order, axis=1)
    is_found = is_formant.sum(axis=0) >= _FEWEST_FRAMES
    hertz, width = (
        np.nanmedian(
            np.where(is_formant, np.take_along_axis(x, in_order, axis=1), np.nan)[:, is_found], axis=0
        )
        for x in (hertz, width)
    )
    formants: Floats = hertz[width < _WIDEST_HZ]
    return formants


def _denoised_at(rate: float, samples: Samples, gains: Floats) -> Floats:
    """Return a sound at another rate, its spectrum multiplied by `gains`; one transform does both."""
    length = round(len(samples) * rate / SAMPLE_RATE)
    spectrum = np.fft.rfft(samples.astype(float))
    spectrum *= np.interp(np.linspace(0, len(gains) - 1, len(spectrum)), np.arange(len(gains)), gains)
    wanted = np.zeros(length // 2 + 1, dtype=complex)
    kept = min(len(spectrum), len(wanted))
    wanted[:kept] = spectrum[:kept]
    sound: Floats = np.fft.irfft(wanted, length)
    return sound


def _preemphasised(sound: Floats, rate: float) -> Floats:
    factor = np.exp(-2 * np.pi * _PREEMPHASIS_HZ / rate)
    return np.append(sound[:1], sound[1:] - factor * sound[:-1])


def burg(frames: Floats, order: int) -> Floats:
    """Return linear prediction polynomials by Burg's method, shape (frames, order + 1); the first column is 1."""
    forward, backward = frames[:, 1:], frames[:, :-1]
    polynomial = np.zeros((len(frames), order + 1))
    polynomial[:, 0] = 1
    for m in range(1, order + 1):
        energy = _products(forward, forward) + _products(backward, backward)
        reflection = -2 * _products(forward, backward) / np.maximum(energy, 1e-20)
        polynomial[:, : m + 1] += reflection[:, None] * polynomial[:, m::-1]
        forward, backward = (
            (forward + reflection[:, None] * backward)[:, 1:],
            (backward + reflection[:, None] * forward)[:, :-1],
        )
    return polynomial


def _products(left: Floats, right: Floats) -> Floats:
    products: Floats = np.einsum("ij,ij->i", left, right)
    return products


def _poles(polynomials: Floats, rate: float) -> tuple[Floats, Floats]:
    """Return frequency and bandwidth in Hz of each polynomial's poles; one of each conjugate pair is below zero."""
    order = polynomials.shape[1] - 1
    companions = np.zeros((len(polynomials), order, order))
    companions[:, 0] = -polynomials[:, 1:]
    companions[:, np.arange(1, order), np.arange(order - 1)] = 1
    roots = np.linalg.eigvals(companions)
    return np.angle(roots) * rate / (2 * np.pi), -np.log(np.maximum(np.abs(roots), 1e-9)) * rate / np.pi
