"""Fundamental frequency by autocorrelation after Boersma (1993), with the best path through the candidates.

P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
sampled sound", IFA Proceedings 17, 97-110, 1993. Differences: peaks are interpolated by a parabola; what is 24 dB
weaker than the voice counts as silent; the path stays within a range about the most likely pitches of all frames,
which removes most octave errors; the search goes below 75 Hz only for a deep voice; and to a sound without its
fundamental its envelope is added.
"""

from dataclasses import dataclass, replace

import numpy as np

from adapters.audio.arrays import Floats, Mask, Samples, loud_level
from adapters.audio.framing import BLOCK, HOP, coarse, framed
from application.ports.audio import SAMPLE_RATE

_LOWEST_HZ = 75.0  # below, hum and creaky voice are found more often than a pitch
_DEEP_LOWEST_HZ = 48.0  # for a deep voice
_HIGHEST_HZ = 600.0  # a shouting child

_PERIODS = 3  # of the lowest pitch in one frame
_CANDIDATES = 7
_OCTAVE_COST = 0.01
_JUMP_COST = 0.35
_SWITCH_COST = 0.14

_DEEP_ADVANTAGE = 0.1  # of the autocorrelation at a long period over that at any shorter one
_DEEP_SHARE = 1 / 6  # of the loud frames; in voices above 90 Hz a tenth is creaky, an eighth at most
_DEEP_HIGHEST_HZ = 110.0  # a quarter of a deep voice may lie above

_FUNDAMENTAL_HZ = (70, 290)  # where the fundamental of nearly every voice lies
_FORMANTS_HZ = (300, 1_500)
_FUNDAMENTAL_DROP_DB = 25.0  # 23 dB at most in 93 recordings; 28 dB or more through a telephone
_ENVELOPE_HZ = (70, 600)
_ENVELOPE_GAIN = 1.2
_PREEMPHASIS = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """How a pitch is searched."""

    lowest_hz: float = _LOWEST_HZ
    voicing: float = 0.45
    """Strength that a candidate needs to be voiced."""
    silence: float = 0.06
    """Of the periodic amplitude of the loud frames; hum and echo are weaker."""
    surest: float = 0.0
    """Percentile of the strength above which candidates count among the most likely ones."""
    around: tuple[float, float] = (0.65, 1.9)
    """The range of the path, in parts of the quartiles of the most likely candidates."""


_USUAL = _Search()
_BY_ENVELOPE = _Search(voicing=0.4, silence=0.045, surest=50.0, around=(0.72, 1.6))


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

    def most_likely(self, surest: float) -> Floats:
        """Return the frequencies of the best candidates of those frames in which it is stronger than "unvoiced".

        Those whose strength lies below the percentile `surest` are left out.
        """
        rows = np.arange(len(self.hertz))
        best = self.score.argmax(axis=1)
        hertz, strength = self.hertz[rows, best], self.strength[rows, best]
        voiced = strength > self.unvoiced
        likely: Floats = hertz[voiced]
        return likely[strength[voiced] >= np.percentile(strength[voiced], surest)] if len(likely) else likely


def track_pitch(samples: Samples) -> Pitch:
    """Follow the pitch of a sound."""
    return _tracked(samples, _USUAL)


def track_pitch_by_envelope(samples: Samples) -> Pitch:
    """Follow the pitch of a sound that lacks its fundamental: that of its envelope, which repeats as often."""
    return _tracked(_with_envelope(samples), _BY_ENVELOPE)


def lacks_fundamental(samples: Samples) -> bool:
    """Return whether a sound has partials and no fundamental, as through a telephone."""
    sound, rate = coarse(samples)
    size = 1 << len(sound).bit_length()
    power = np.abs(np.fft.rfft(sound, size)) ** 2
    formants, fundamental = (
        float(power[low * size // rate : high * size // rate].mean())
        for low, high in (_FORMANTS_HZ, _FUNDAMENTAL_HZ)
    )
    return formants > 10 ** (_FUNDAMENTAL_DROP_DB / 10) * fundamental


def _tracked(samples: Samples, search: _Search) -> Pitch:
    if _is_deep(samples):
        pitch = _best_path_near_the_likely(samples, replace(search, lowest_hz=_DEEP_LOWEST_HZ))
        if pitch.voiced.any() and np.percentile(pitch.hertz[pitch.voiced], 75) < _DEEP_HIGHEST_HZ:
            return pitch
    return _best_path_near_the_likely(samples, search)


def _best_path_near_the_likely(samples: Samples, search: _Search) -> Pitch:
    candidates = _find_candidates(samples, search)
    low, high = search.lowest_hz, _HIGHEST_HZ
    likely = candidates.most_likely(search.surest)
    if len(likely) >= 3:
        quartiles = np.percentile(likely, [25, 75])
        low, high = max(low, search.around[0] * quartiles[0]), min(high, search.around[1] * quartiles[1])
    return _best_path(candidates, low, high)


def _is_deep(samples: Samples) -> bool:
    """Return whether many loud frames repeat after a period longer than that of `_LOWEST_HZ`, and not before."""
    sound, rate = coarse(samples)
    frames = framed(sound, int(_PERIODS * rate / _DEEP_LOWEST_HZ), 3 * HOP * rate // SAMPLE_RATE)
    frames = frames - frames.mean(axis=1, keepdims=True)
    highest, low, lowest = (int(rate / f) + 1 for f in (_HIGHEST_HZ, _LOWEST_HZ, _DEEP_LOWEST_HZ))
    correlation = _autocorrelation(frames, lowest + 1)
    usual, deep = correlation[:, highest:low].max(axis=1), correlation[:, low:].max(axis=1)
    power = np.einsum("ij,ij->i", frames, frames) * np.maximum(usual, deep).clip(0, 1)
    loud = power > loud_level(power) / 16
    is_deep = (deep > usual + _DEEP_ADVANTAGE) & (deep > _USUAL.voicing)
    return bool(loud.any() and is_deep[loud].mean() > _DEEP_SHARE)


def _with_envelope(samples: Samples) -> Samples:
    """Add its envelope to a sound: it repeats with the same period, and has a fundamental."""
    emphasised = samples[1:] - np.float32(_PREEMPHASIS) * samples[:-1]
    size = 1 << len(samples).bit_length()
    spectrum = np.fft.rfft(np.abs(emphasised), size)
    low, high = (f * size // SAMPLE_RATE for f in _ENVELOPE_HZ)
    spectrum[:low] = spectrum[high:] = 0
    envelope = np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32, copy=False)
    gain = _ENVELOPE_GAIN * np.linalg.norm(samples) / max(float(np.linalg.norm(envelope)), 1e-9)
    return samples + np.float32(gain) * envelope


def _octave_cost(hertz: Floats) -> Floats:
    cost: Floats = _OCTAVE_COST * np.log2(_LOWEST_HZ / hertz)
    return cost


def _find_candidates(samples: Samples, search: _Search) -> _Candidates:
    """Find the candidates of each frame, and how loud it is against the loud ones."""
    frames = framed(samples, int(_PERIODS * SAMPLE_RATE / search.lowest_hz))
    blocks = [_peaks(frames[start : start + BLOCK], search) for start in range(0, len(frames), BLOCK)]
    hertz, strength, amplitude = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    quiet = search.silence / (1 + search.voicing) * max(loud_level(amplitude), 1e-9)
    return _Candidates(hertz, strength, unvoiced=search.voicing + np.maximum(0, 2 - amplitude / quiet))


def _peaks(frames: Samples, search: _Search) -> tuple[Floats, Floats, Floats]:
    """Return frequency and height of each frame's highest peaks of the autocorrelation, and the periodic amplitude.

    The peaks are interpolated by a parabola.
    """
    frames = frames - frames.mean(axis=1, keepdims=True)
    shortest, longest = int(SAMPLE_RATE / _HIGHEST_HZ), int(np.ceil(SAMPLE_RATE / search.lowest_hz))
    correlation = _autocorrelation(frames, longest + 2)
    before, at, after = (correlation[:, shortest + k : longest + k] for k in (-1, 0, 1))
    amplitude = np.sqrt(np.einsum("ij,ij->i", frames, frames) * at.max(axis=1).clip(0, 1), dtype=float)
    lags = np.arange(shortest, longest)
    is_peak = (at > before) & (at >= after) & (at > 0.5 * search.voicing)
    score = np.where(is_peak, at - _octave_cost(SAMPLE_RATE / lags).astype(np.float32), np.float32(-np.inf))
    best = np.argpartition(score, -_CANDIDATES, axis=1)[:, -_CANDIDATES:]
    a, b, c = (np.take_along_axis(part, best, axis=1).astype(float) for part in (before, at, after))
    curvature = np.minimum(a - 2 * b + c, -1e-9)
    shift = np.clip(0.5 * (a - c) / curvature, -0.5, 0.5)
    found = np.take_along_axis(is_peak, best, axis=1)
    hertz = np.where(found, SAMPLE_RATE / (lags[best] + shift), 0.0)
    return hertz, np.where(found, np.clip(b - 0.25 * (a - c) * shift, 0, 1), 0.0), amplitude


def _autocorrelation(frames: Samples, lags: int) -> Samples:
    """Return the normalised autocorrelation of each frame, divided by that of its window (Boersma's equation 9)."""
    window = np.hanning(frames.shape[1]).astype(np.float32)
    size = -(-(len(window) + lags) // 96) * 96  # has small factors, which makes the transform fast

    def correlate(signal: Samples) -> Samples:
        spectrum = np.fft.rfft(signal, size)
        lagged = np.fft.irfft(spectrum * spectrum.conj(), size)[..., :lags].astype(np.float32, copy=False)
        lagged /= np.maximum(lagged[..., :1], 1e-12)
        return lagged

    return correlate(frames * window) / correlate(window)


def _best_path(candidates: _Candidates, low: float, high: float) -> Pitch:
    """Choose one candidate for each frame, or "unvoiced".

    The sum of the scores less the costs of the jumps is as large as possible (Viterbi's algorithm). Only candidates
    between `low` and `high`, in Hz, may be chosen.
    """
    hertz, strength = candidates.hertz, candidates.strength
    allowed = (hertz >= low) & (hertz <= high)
    voiced = np.where(allowed, candidates.score, -np.inf)
    # Two switches cost less than a voiced candidate would lose here. Most pauses need no search therefore.
    is_pause = candidates.unvoiced - voiced.max(axis=1) > 2 * _SWITCH_COST
    voiced[is_pause] = -np.inf
    # The last column is "unvoiced".
    scores = np.column_stack([voiced, candidates.unvoiced])
    octaves = np.log2(np.maximum(hertz, 1))
    costs = np.full((len(scores) - 1, scores.shape[1], scores.shape[1]), _SWITCH_COST)
    costs[:, :-1, :-1] = _JUMP_COST * np.abs(octaves[1:, :, None] - octaves[:-1, None, :])
    costs[:, -1, -1] = 0
    came_from = np.full(scores.shape, scores.shape[1] - 1, dtype=np.intp)
    columns = np.arange(scores.shape[1])
    total = scores[0]
    for t in (np.flatnonzero(~(is_pause[1:] & is_pause[:-1])) + 1).tolist():
        reached = total - costs[t - 1]
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
