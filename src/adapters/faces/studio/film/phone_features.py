"""What phones are told from: the bands of a recording's sound every 5 ms, whatever its level and its microphone."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from application.ports.audio import SAMPLE_RATE

PHONE_RATE = 100
"""Steps a second."""
MOMENTS = 2
"""Moments of sound in a step: in fast speech a sound may last for twenty milliseconds."""
HOP = SAMPLE_RATE // (PHONE_RATE * MOMENTS)
WIDTH, FFT_SIZE = 320, 512
BANDS = 40
LOWEST_HZ, HIGHEST_HZ = 60.0, 7600.0
DYNAMIC_RANGE = 6.0
"""Under the recording's loud speech, in powers of ten, where everything counts as silence."""
SPEECH_RANGE = 2.5
"""Under the same, what counts as speech when the microphone's colour is measured."""
USUAL_SECONDS = 1.0
"""Speech that must be heard until a recording's own colour outweighs the usual one."""
USUAL_SLOPE = (-1.0, -2.6)
"""Usual levels of the lowest and the highest band against loud speech, in powers of ten."""
LOUD_PERCENTILE = 95
"""Of the powers of all moments: what counts as loud speech."""
QUIETEST_PEAK = 1e-3
"""Power of loud speech, as a sum over a spectrum, under which a recording is silent."""


def steps_of(samples: NDArray[np.float32], pace: float = 1.0) -> int:
    """Return how many steps a recording has, if it is played `pace` times as fast; the last may be a part of one."""
    return int(np.ceil(len(samples) / (HOP * MOMENTS * pace)))


def spectra_of(samples: NDArray[np.float32], pace: float = 1.0) -> NDArray[np.float64]:
    """Return the power spectra of each moment (moments, bins), `MOMENTS` a step, if it is played `pace` times as fast.

    Moment i is centred on (i + 0.5) / (`MOMENTS` * `PHONE_RATE`) seconds. Pace moves the moments, not the pitch.
    """
    moments = steps_of(samples, pace) * MOMENTS
    middles = np.floor((np.arange(moments) + 0.5) * HOP * pace).astype(int)
    padded = np.pad(samples.astype(np.float64), (WIDTH // 2, WIDTH + int(MOMENTS * HOP * pace)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, WIDTH)[middles]
    return np.asarray(np.abs(np.fft.rfft(windows * np.hanning(WIDTH), FFT_SIZE, axis=1)) ** 2)


def is_silent(spectra: NDArray[np.float64]) -> bool:
    """Return whether nothing is to be heard."""
    return len(spectra) == 0 or float(np.percentile(spectra.sum(axis=1), LOUD_PERCENTILE)) < QUIETEST_PEAK


def features_at(spectra: NDArray[np.float64], scale: float = 1.0) -> NDArray[np.float64]:
    """Return the bands of spectra and the loudness of all (moments, `BANDS` + 1), about -3…3.

    The frequencies are divided by `scale` first.
    """
    power = spectra @ _filters(scale).T
    total = power.sum(axis=1)
    loud = max(float(np.percentile(total, LOUD_PERCENTILE)), QUIETEST_PEAK)
    level = np.log10(np.maximum(power / loud, 10**-DYNAMIC_RANGE / BANDS))
    loudness = np.log10(np.maximum(total / loud, 10**-DYNAMIC_RANGE))
    speech = level[loudness > -SPEECH_RANGE]
    prior = USUAL_SECONDS * PHONE_RATE * MOMENTS
    usual = np.linspace(*USUAL_SLOPE, BANDS)
    colour = (speech.sum(axis=0) + prior * usual) / (len(speech) + prior)
    return np.column_stack([level - colour, loudness + 1.0])


@cache
def _filters(scale: float) -> NDArray[np.float64]:
    """Return triangles that overlap by half (bands, bins), equally wide on the mel scale (O'Shaughnessy 1987)."""
    bins = 2595 * np.log10(1 + np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE) / (700 * scale))
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (LOWEST_HZ, HIGHEST_HZ))
    step = (high - low) / (BANDS + 1)
    centres = low + step * np.arange(1, BANDS + 1)
    return np.asarray(np.clip(1 - np.abs(bins - centres[:, None]) / step, 0, None))
