"""Hearing: the ear's phones, checked against where the sound of the mouth's opening is strong.

Lips that close take away what lies between 800 and 2500 Hz, in a nasal as in a stop, while the middles of vowels stay
within 12 dB of the loudest sound near them. An ear may err with a voice or a language that it was not taught; this
holds for all.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.film.phones import PHONE_RATE, PhoneTrack, phones_of
from application.ports.audio import SAMPLE_RATE

LOW, HIGH = 800, 2500
"""Hertz between which an open mouth is heard."""
WINDOW, FFT_SIZE = 480, 512
"""Samples of sound about the middle of each step."""
NEAR = 15
"""Steps to either side among which the loudest sound is sought."""
OPEN, SHUT = 13.0, 19.0
"""Decibels under the loudest sound near by: with fewer lips cannot be closed, with more they may."""
NUCLEUS = 6.0
"""Decibels under it within which a sound is a vowel's, where the voice is strong."""
STRONG = 25.0
"""Decibels under the recording's loud parts from which on a voice is strong."""
LOUD_PERCENTILE = 95
SILENT = -10.0
"""Level under which a sound is silence in any recording."""
VOICED = 0.6
"""How likely a vowel is there at least."""

Curve = NDArray[np.float64]


def heard_phones(samples: NDArray[np.float32]) -> PhoneTrack:
    """Return the phones of speech (mono at `SAMPLE_RATE`): no closure where the mouth sounds open, and all vowels."""
    phones = phones_of(samples)
    if len(phones) == 0:
        return phones
    level = opening_level(samples, len(phones))
    below = _loudest_near(level) - level
    may_close = np.clip((below - OPEN) / (SHUT - OPEN), 0, 1)
    strong = level > max(float(np.percentile(level, LOUD_PERCENTILE)) - STRONG, SILENT)
    nucleus = (below < NUCLEUS) & strong
    return replace(
        phones,
        closed=phones.closed * may_close,
        vowel=np.where(nucleus, np.maximum(phones.vowel, VOICED), phones.vowel),
    )


def opening_level(samples: NDArray[np.float32], steps: int) -> Curve:
    """Return the level of the sound between `LOW` and `HIGH` in each step of 10 ms, in decibels."""
    hop = SAMPLE_RATE // PHONE_RATE
    padded = np.pad(samples, (WINDOW // 2, WINDOW + hop * steps))
    windows = padded[(np.arange(steps) * hop + hop // 2)[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    power = np.abs(np.fft.rfft(windows, FFT_SIZE, axis=1)) ** 2
    frequencies = np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE)
    band = power[:, (frequencies >= LOW) & (frequencies < HIGH)].sum(axis=1)
    return np.asarray(10 * np.log10(band + 1e-9), dtype=np.float64)


def _loudest_near(level: Curve) -> Curve:
    """Return the highest level within `NEAR` steps of each one."""
    padded = np.pad(level, NEAR, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * NEAR + 1).max(axis=1))
