"""Fundamental frequency by autocorrelation, after Boersma (1993), with a path through the candidates.

P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
sampled sound", IFA Proceedings 17, 97-110, 1993. Departures: peaks are interpolated by a parabola; what is weaker
than the voice by 24 dB counts as silent; and the path stays within the range about the most likely pitches of all
frames, which removes most octave errors.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.audio.framing import framed
from application.ports.audio import SAMPLE_RATE

Floats = NDArray[np.float64]

LOWEST = 75.0
HIGHEST = 600.0
"""Hz; from a deep man to a shouting child. Lower than that, hum and creak are found more often than voices."""

_WINDOW = int(3 * SAMPLE_RATE / LOWEST)  # three periods of the lowest pitch
_CANDIDATES = 7
_SILENCE = 0.06  # of the loud frames' periodic amplitude: hum and echo lie below
_VOICING = 0.45
_OCTAVE_COST = 0.01
_JUMP_COST = 0.35
_SWITCH_COST = 0.14


@dataclass(frozen=True, slots=True)
class Pitch:
    """A pitch contour, a value every `HOP` samples."""

    hertz: Floats
    """0 where unvoiced."""
    strength: Floats
    """Height of the normalised autocorrelation at the pitch period, 0..1; 0 where unvoiced."""

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Where the voice sounds."""
        return self.hertz > 0


def track(samples: NDArray[np.float32]) -> Pitch:
    """Follow the pitch of a mono sound at `SAMPLE_RATE`."""
    hertz, strength, quiet = _candidates(samples)
    heard = _most_likely(hertz, strength, quiet)
    if len(heard) < 3:
        return _path(hertz, strength, quiet, LOWEST, HIGHEST)
    low, high = np.percentile(heard, [25, 75])
    return _path(hertz, strength, quiet, max(LOWEST, 0.65 * low), min(HIGHEST, 1.9 * high))


def _most_likely(hertz: Floats, strength: Floats, quiet: Floats) -> Floats:
    """Return the strongest candidate of each frame that is voiced by itself."""
    rows = np.arange(len(hertz))
    best = (strength - _OCTAVE_COST * np.log2(LOWEST / np.maximum(hertz, 1))).argmax(axis=1)
    likely: Floats = hertz[rows, best][strength[rows, best] > _VOICING + quiet]
    return likely


def _candidates(samples: NDArray[np.float32]) -> tuple[Floats, Floats, Floats]:
    """Return frequency and height of each frame's best autocorrelation peaks, and how silent it is (0..1)."""
    frames = framed(samples, _WINDOW)
    frames = frames - frames.mean(axis=1, keepdims=True)
    correlation = _autocorrelation(frames)
    shortest, longest = int(SAMPLE_RATE / HIGHEST), int(np.ceil(SAMPLE_RATE / LOWEST))
    periodic = correlation[:, shortest:longest].max(axis=1).clip(0, 1)
    amplitude = np.sqrt(np.einsum("ij,ij->i", frames, frames) * periodic, dtype=float)
    loud = max(float(np.percentile(amplitude, 95)), 1e-9)
    before, at, after = (correlation[:, shortest + k : longest + k] for k in (-1, 0, 1))
    is_peak = (at > before) & (at >= after) & (at > 0.5 * _VOICING)
    lags = np.arange(shortest, longest)
    favour = np.where(is_peak, at - _OCTAVE_COST * np.log2(LOWEST * lags / SAMPLE_RATE), -np.inf)
    best = np.argpartition(favour, -_CANDIDATES, axis=1)[:, -_CANDIDATES:]
    rows = np.arange(len(best))[:, None]
    a, b, c = (part[rows, best].astype(float) for part in (before, at, after))
    bend = np.minimum(a - 2 * b + c, -1e-9)
    shift = np.clip(0.5 * (a - c) / bend, -0.5, 0.5)
    found = is_peak[rows, best]
    hertz = np.where(found, SAMPLE_RATE / (lags[best] + shift), 0.0)
    strength = np.where(found, np.clip(b - 0.25 * (a - c) * shift, 0, 1), 0.0)
    return hertz, strength, np.maximum(0, 2 - (amplitude / loud) / (_SILENCE / (1 + _VOICING)))


def _autocorrelation(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """Normalised autocorrelation of each frame, divided by that of its window (Boersma's equation 9)."""
    window = np.hanning(_WINDOW).astype(np.float32)
    size = 1 << int(np.ceil(np.log2(_WINDOW + SAMPLE_RATE / LOWEST + 2)))
    longest = int(np.ceil(SAMPLE_RATE / LOWEST)) + 2

    def correlate(signal: NDArray[np.float32]) -> NDArray[np.float32]:
        spectrum = np.fft.rfft(signal, size)
        lagged = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, size)[..., :longest]
        lagged /= np.maximum(lagged[..., :1], 1e-12)
        return lagged.astype(np.float32, copy=False)

    return correlate(frames * window) / correlate(window)


def _path(hertz: Floats, strength: Floats, quiet: Floats, low: float, high: float) -> Pitch:
    """Choose one candidate a frame, or none, so that strengths less jumps are largest (Viterbi)."""
    allowed = (hertz >= low) & (hertz <= high)
    favour = np.where(allowed, strength - _OCTAVE_COST * np.log2(LOWEST / np.maximum(hertz, 1)), -np.inf)
    # the last column is the unvoiced candidate
    favour = np.column_stack([favour, _VOICING + quiet])
    logs = np.column_stack([np.log2(np.maximum(hertz, 1)), np.full(len(hertz), np.nan)])
    score = favour[0]
    came_from = np.zeros(favour.shape, dtype=np.intp)
    columns = np.arange(favour.shape[1])
    for t in range(1, len(favour)):
        cost = _JUMP_COST * np.abs(logs[t][:, None] - logs[t - 1][None, :])
        cost[-1, :] = cost[:, -1] = _SWITCH_COST
        cost[-1, -1] = 0
        total = score[None, :] - cost
        came_from[t] = total.argmax(axis=1)
        score = total[columns, came_from[t]] + favour[t]
    chosen = np.empty(len(favour), dtype=np.intp)
    chosen[-1] = score.argmax()
    for t in range(len(favour) - 1, 0, -1):
        chosen[t - 1] = came_from[t, chosen[t]]
    rows = np.arange(len(favour))
    padded_hertz = np.column_stack([hertz, np.zeros(len(hertz))])
    padded_strength = np.column_stack([strength, np.zeros(len(hertz))])
    return Pitch(padded_hertz[rows, chosen], padded_strength[rows, chosen])
