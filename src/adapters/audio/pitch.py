"""Fundamental frequency by autocorrelation after Boersma (1993), with the best path through the candidates.

P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
sampled sound", IFA Proceedings 17, 97-110, 1993. Differences: peaks are interpolated by a parabola; what is 24 dB
weaker than the voice counts as silent; and the path stays within a range about the most likely pitches of all
frames, which removes most octave errors.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.audio.arrays import Floats, Mask, Samples
from adapters.audio.framing import framed
from application.ports.audio import SAMPLE_RATE

_LOWEST_HZ = 75.0  # a deep man; below, hum and creaky voice are found more often than a pitch
_HIGHEST_HZ = 600.0  # a shouting child

_WINDOW = int(3 * SAMPLE_RATE / _LOWEST_HZ)  # three periods of the lowest pitch
_CANDIDATES = 7
_SILENCE = 0.06  # of the periodic amplitude of the loud frames; hum and echo are weaker
_VOICING = 0.45
_OCTAVE_COST = 0.01
_JUMP_COST = 0.35
_SWITCH_COST = 0.14


@dataclass(frozen=True, slots=True)
class Pitch:
    """A pitch contour, one value for each frame."""

    hertz: Floats
    """0 where unvoiced."""
    strength: Floats
    """Height of the normalised autocorrelation at the pitch period, 0..1; 0 where unvoiced."""

    @property
    def voiced(self) -> Mask:
        """Which frames are voiced."""
        return self.hertz > 0


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The best pitch candidates of each frame: the peaks of its autocorrelation."""

    hertz: Floats
    """Shape (frames, candidates); 0 where there are fewer peaks."""
    strength: Floats
    """Height of each peak, 0..1; shape (frames, candidates)."""
    unvoiced: Floats
    """Strength of the candidate "unvoiced", which grows as a frame becomes silent; shape (frames,)."""

    @property
    def score(self) -> Floats:
        """Strength less a small cost for low pitches, so that of two octaves the higher one is chosen."""
        return self.strength - _octave_cost(np.maximum(self.hertz, 1))

    @property
    def most_likely(self) -> Floats:
        """Frequencies of the best candidates of those frames in which it is stronger than "unvoiced"."""
        rows = np.arange(len(self.hertz))
        best = self.score.argmax(axis=1)
        likely: Floats = self.hertz[rows, best][self.strength[rows, best] > self.unvoiced]
        return likely


def track_pitch(samples: Samples) -> Pitch:
    """Follow the pitch of a sound."""
    candidates = _find_candidates(samples)
    likely = candidates.most_likely
    if len(likely) < 3:
        return _best_path(candidates, _LOWEST_HZ, _HIGHEST_HZ)
    low, high = np.percentile(likely, [25, 75])
    return _best_path(candidates, max(_LOWEST_HZ, 0.65 * low), min(_HIGHEST_HZ, 1.9 * high))


def _octave_cost(hertz: Floats) -> Floats:
    cost: Floats = _OCTAVE_COST * np.log2(_LOWEST_HZ / hertz)
    return cost


def _find_candidates(samples: Samples) -> _Candidates:
    """Find the highest peaks of each frame's autocorrelation, interpolated by a parabola."""
    frames = framed(samples, _WINDOW)
    frames = frames - frames.mean(axis=1, keepdims=True)
    correlation = _autocorrelation(frames)
    shortest, longest = int(SAMPLE_RATE / _HIGHEST_HZ), int(np.ceil(SAMPLE_RATE / _LOWEST_HZ))
    periodic = correlation[:, shortest:longest].max(axis=1).clip(0, 1)
    amplitude = np.sqrt(np.einsum("ij,ij->i", frames, frames) * periodic, dtype=float)
    loud = max(float(np.percentile(amplitude, 95)), 1e-9)
    before, at, after = (correlation[:, shortest + k : longest + k] for k in (-1, 0, 1))
    is_peak = (at > before) & (at >= after) & (at > 0.5 * _VOICING)
    lags = np.arange(shortest, longest)
    score = np.where(is_peak, at - _octave_cost(SAMPLE_RATE / lags), -np.inf)
    best = np.argpartition(score, -_CANDIDATES, axis=1)[:, -_CANDIDATES:]
    rows = np.arange(len(best))[:, None]
    a, b, c = (part[rows, best].astype(float) for part in (before, at, after))
    curvature = np.minimum(a - 2 * b + c, -1e-9)
    shift = np.clip(0.5 * (a - c) / curvature, -0.5, 0.5)
    found = is_peak[rows, best]
    silence = np.maximum(0, 2 - (amplitude / loud) / (_SILENCE / (1 + _VOICING)))
    return _Candidates(
        hertz=np.where(found, SAMPLE_RATE / (lags[best] + shift), 0.0),
        strength=np.where(found, np.clip(b - 0.25 * (a - c) * shift, 0, 1), 0.0),
        unvoiced=_VOICING + silence,
    )


def _autocorrelation(frames: Samples) -> NDArray[np.float32]:
    """Return the normalised autocorrelation of each frame, divided by that of its window (Boersma's equation 9)."""
    window = np.hanning(_WINDOW).astype(np.float32)
    size = 1 << int(np.ceil(np.log2(_WINDOW + SAMPLE_RATE / _LOWEST_HZ + 2)))
    longest = int(np.ceil(SAMPLE_RATE / _LOWEST_HZ)) + 2

    def correlate(signal: NDArray[np.float32]) -> NDArray[np.float32]:
        spectrum = np.fft.rfft(signal, size)
        lagged = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, size)[..., :longest]
        lagged /= np.maximum(lagged[..., :1], 1e-12)
        return lagged.astype(np.float32, copy=False)

    return correlate(frames * window) / correlate(window)


def _best_path(candidates: _Candidates, low: float, high: float) -> Pitch:
    """Choose one candidate for each frame, or "unvoiced".

    The sum of the scores less the costs of the jumps is as large as possible (Viterbi's algorithm). Only candidates
    between `low` and `high`, in Hz, may be chosen.
    """
    hertz, strength = candidates.hertz, candidates.strength
    allowed = (hertz >= low) & (hertz <= high)
    # The last column is "unvoiced".
    scores = np.column_stack([np.where(allowed, candidates.score, -np.inf), candidates.unvoiced])
    octaves = np.column_stack([np.log2(np.maximum(hertz, 1)), np.full(len(hertz), np.nan)])
    total = scores[0]
    came_from = np.zeros(scores.shape, dtype=np.intp)
    columns = np.arange(scores.shape[1])
    for t in range(1, len(scores)):
        cost = _JUMP_COST * np.abs(octaves[t][:, None] - octaves[t - 1][None, :])
        cost[-1, :] = cost[:, -1] = _SWITCH_COST
        cost[-1, -1] = 0
        reached = total[None, :] - cost
        came_from[t] = reached.argmax(axis=1)
        total = reached[columns, came_from[t]] + scores[t]
    chosen = np.empty(len(scores), dtype=np.intp)
    chosen[-1] = total.argmax()
    for t in range(len(scores) - 1, 0, -1):
        chosen[t - 1] = came_from[t, chosen[t]]
    rows = np.arange(len(scores))
    unvoiced = np.zeros(len(hertz))
    return Pitch(
        np.column_stack([hertz, unvoiced])[rows, chosen], np.column_stack([strength, unvoiced])[rows, chosen]
    )
