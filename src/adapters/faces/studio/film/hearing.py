"""Hearing: the ear's phones, checked against where the sound of the mouth's opening is strong.

Lips that close take away what lies between 800 and 2500 Hz, in a nasal as in a stop, while the middles of vowels stay
within 12 dB of the loudest sound near them. An ear may err with a voice or a language that it was not taught; this
holds for all.

Loud murmurs are where it errs most: an n passes for an m, and an m for longer than lips stay closed. So what is loud
must be heard more surely to be a closure, but for the surest moment of each.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.film.articulation import CLOSURE_HEARD, sounds_of
from adapters.faces.studio.film.phones import PHONE_RATE, PhoneTrack, phones_of
from application.ports.audio import SAMPLE_RATE

LOW, HIGH = 800, 2500
"""Hertz between which an open mouth is heard."""
LOWEST = 80
"""Hertz from which on voices sound; below there is rumble."""
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
DOUBT = 0.6
"""How much surer the ear must be of a closure that is as loud as loud speech than of one in silence."""
SUREST = 4
"""Steps of each closure that stay, however loud: as long as a frame, so that the middle of one is within."""

Curve = NDArray[np.float64]


def heard_phones(samples: NDArray[np.float32]) -> PhoneTrack:
    """Return the phones of speech (mono at `SAMPLE_RATE`), with all vowels.

    There is no closure where the mouth sounds open, and of a loud murmur no more than what is heard surely.
    """
    phones = phones_of(samples)
    if len(phones) == 0:
        return phones
    spectra = _spectra(samples, len(phones))
    level = _opening_level(spectra)
    below = _loudest_near(level) - level
    may_close = np.clip((below - OPEN) / (SHUT - OPEN), 0, 1)
    strong = level > max(float(np.percentile(level, LOUD_PERCENTILE)) - STRONG, SILENT)
    nucleus = (below < NUCLEUS) & strong
    return replace(
        phones,
        closed=_without_doubt(phones.closed * may_close, _loudness(spectra)),
        vowel=np.where(nucleus, np.maximum(phones.vowel, VOICED), phones.vowel),
    )


def _spectra(samples: NDArray[np.float32], steps: int) -> Curve:
    """Return the power of the sound about the middle of each step of 10 ms (steps, `FFT_SIZE` / 2 + 1)."""
    hop = SAMPLE_RATE // PHONE_RATE
    padded = np.pad(samples, (WINDOW // 2, WINDOW + hop * steps))
    windows = padded[(np.arange(steps) * hop + hop // 2)[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW)
    return np.asarray(np.abs(np.fft.rfft(windows, FFT_SIZE, axis=1)) ** 2)


def _power(spectra: Curve, low: float, high: float) -> Curve:
    """Return the power between two frequencies in each step."""
    frequencies = np.fft.rfftfreq(FFT_SIZE, 1 / SAMPLE_RATE)
    return np.asarray(spectra[:, (frequencies >= low) & (frequencies < high)].sum(axis=1))


def _opening_level(spectra: Curve) -> Curve:
    """Return the level of the sound between `LOW` and `HIGH` in each step, in decibels."""
    return np.asarray(10 * np.log10(_power(spectra, LOW, HIGH) + 1e-9), dtype=np.float64)


def _loudness(spectra: Curve) -> Curve:
    """Return the amplitude of the voice in each step, as a share of that of the recording's loud parts, up to 1."""
    amplitude = np.sqrt(_power(spectra, LOWEST, HIGH))
    loud = max(float(np.percentile(amplitude, LOUD_PERCENTILE)), 1e-9)
    return np.asarray(np.clip(amplitude / loud, 0, 1))


def _without_doubt(closed: Curve, loudness: Curve) -> Curve:
    """Return how likely closures are, without the ends of those that are too loud for how surely they are heard."""
    sure = closed - DOUBT * loudness
    kept = np.clip(sure, 0, 1)
    for sound in sounds_of(closed, CLOSURE_HEARD, CLOSURE_HEARD):
        start, end = round(sound.start * PHONE_RATE), round(sound.end * PHONE_RATE)
        believed = sure[start:end] >= CLOSURE_HEARD
        surest = int(np.convolve(sure[start:end], np.ones(min(SUREST, end - start)), mode="valid").argmax())
        believed[surest : surest + SUREST] = True
        first, last = np.flatnonzero(believed)[[0, -1]] + start
        kept[first : last + 1] = closed[first : last + 1]
    return kept


def _loudest_near(level: Curve) -> Curve:
    """Return the highest level within `NEAR` steps of each one."""
    padded = np.pad(level, NEAR, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * NEAR + 1).max(axis=1))
