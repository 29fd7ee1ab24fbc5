"""Decides whether a sound is a voice, and gives the reason when it is not.

The evidence comes from pitch and spectra. The pitch of speech glides, that of instruments stands still. Speech has one
pitch at a time, music often several. The spectrum of speech changes with the vowels, not only with the pitch. And
speech goes on for longer than the bark of a dog. The weights were fitted by logistic regression on sixty speakers
(clean, in noise, over music and by telephone) against music, instruments, animals and synthetic sounds. docs/voices.md
describes the method and its error rates.
"""

from dataclasses import dataclass

import numpy as np

from adapters.audio.arrays import Floats, Mask, Samples, loud_level
from adapters.audio.framing import HOP
from adapters.audio.pitch import Pitch
from adapters.audio.spectrum import cepstra
from application.ports.audio import SAMPLE_RATE
from domain.refusals import refusal

_SILENT_DB = -70.0
_QUIET_DB = -50.0
_LEAST_VOICED_SECONDS = 0.4
_PURE_TONE = 0.97  # share of the power in one partial; an [u] sung by a child stays below
_STEADY_TONE = 0.9  # share of the time, and strength of the pitch
_ONE_NOTE = 1.0  # semitones
_SPEECH_LEVEL_CHANGE_DB = 5.0
_SPEECH_SPECTRUM_CHANGE = 1.2
LEAST_LOG_ODDS = -2.0
LEAST_LOG_ODDS_WHEN_UNUSUAL = 0.0
"""For what is rarer in voices than in other sounds: hum and beeps beside it, a pitch below 75 Hz."""
_DEEP_HZ = 75.0
_HELD_LIKE_MUSIC = 0.3
_HELD_LIKE_HUM = 0.2
_LOUD = 1 / 16  # of the power of the loudest frames; 12 dB below them the room may be louder than the voice
_STEP = 3  # frames over which the movement of the pitch is measured
_HELD, _FAST, _LEAP = 0.1, 1.5, 4.0  # semitones within `_STEP` frames
_SEGMENT_SECONDS = (0.03, 0.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Figures that show whether a sound is a voice."""

    level_db: float
    """Level of the loud frames, 0 dB for a full-scale square wave."""
    level_change_db: float
    """Standard deviation of the frames' levels."""
    voiced_seconds: float
    segment_seconds: float
    """Length of a voiced segment without a break: the mean over voiced time."""
    held: float
    """Share of the voiced time in which the pitch stands still, as that of instruments does."""
    fast: float
    """Share in which the pitch moves by one and a half semitones within 30 ms, or more."""
    leaps: float
    """Share in which the pitch moves by a major third or more, as from note to note."""
    periodicity: float
    """Median strength of the pitch; several notes at once make it weaker."""
    spectrum_change: float
    """How much the spectrum changes other than with the pitch: mean deviation of six cepstral coefficients."""
    purity: float
    """Median share of the power that lies in one partial."""
    pitch_hz: float
    """Median pitch."""
    range_semitones: float
    """Standard deviation of the pitch."""

    @property
    def log_odds(self) -> float:
        """Log-odds of speech: the weighted sum of the evidence."""
        return (
            -10.1
            + 9.9 * self.periodicity
            + 7.1 * self.spectrum_change
            - 11.2 * self.held
            + 7.6 * self.fast
            - 44.0 * self.leaps
            + 3.7 * float(np.log(np.clip(self.segment_seconds, *_SEGMENT_SECONDS)))
        )


def gather_evidence(samples: Samples, pitch: Pitch, spectra: Floats) -> Evidence:
    """Return the evidence from a sound without rumble, its pitch contour and the power spectra of the same frames."""
    power = spectra.sum(axis=1)
    voiced_seconds = float(pitch.voiced.sum()) * HOP / SAMPLE_RATE
    loudest = loud_level(power)
    loud = power > _LOUD * loudest
    # A few frames look periodic by chance, even in a whisper.
    chosen = loud & pitch.voiced if voiced_seconds >= _LEAST_VOICED_SECONDS else loud
    levels = 10 * np.log10(power / max(loudest, 1e-12) + 1e-5)
    movement = _movement(pitch, loud)
    return Evidence(
        level_db=_level(samples),
        level_change_db=float(levels[levels > -49].std()) if (levels > -49).any() else 0.0,
        voiced_seconds=voiced_seconds,
        segment_seconds=_segment_seconds(pitch.voiced),
        held=float((movement < _HELD).mean()),
        fast=float(((movement > _FAST) & (movement <= _LEAP)).mean()),
        leaps=float((movement > _LEAP).mean()),
        periodicity=float(np.median(pitch.strength[chosen])) if chosen.any() else 0.0,
        spectrum_change=_spectrum_change(spectra[chosen], pitch.hertz[chosen]),
        purity=_purity(spectra[chosen]),
        pitch_hz=float(np.median(pitch.hertz[pitch.voiced])) if pitch.voiced.any() else 0.0,
        range_semitones=float(_semitones(pitch.hertz[pitch.voiced]).std()) if pitch.voiced.any() else 0.0,
    )


def require_voice(evidence: Evidence, least_log_odds: float = LEAST_LOG_ODDS) -> None:
    """Return when there is a voice; raise `VoiceRefused` with the most helpful reason when there is none."""
    reason = refusal_reason(evidence, least_log_odds)
    if reason is not None:
        raise refusal(reason)


def refusal_reason(evidence: Evidence, least_log_odds: float = LEAST_LOG_ODDS) -> str | None:
    """Return why there is no voice, None when there is one."""
    has_pitch = evidence.voiced_seconds >= _LEAST_VOICED_SECONDS
    reason = _reason_with_pitch(evidence, least_log_odds) if has_pitch else _reason_without_pitch(evidence)
    return "silent" if reason is not None and evidence.level_db < _SILENT_DB else reason


def _reason_with_pitch(evidence: Evidence, least_log_odds: float) -> str | None:
    is_steady = evidence.held > _STEADY_TONE and evidence.periodicity > _STEADY_TONE
    is_one_note = evidence.range_semitones < _ONE_NOTE
    is_deep = evidence.pitch_hz < _DEEP_HZ
    is_hum = is_deep and is_one_note and evidence.held > _HELD_LIKE_HUM
    if evidence.purity > _PURE_TONE or (is_steady and is_one_note) or is_hum:
        return "tone"
    if is_deep:
        least_log_odds = max(least_log_odds, LEAST_LOG_ODDS_WHEN_UNUSUAL)
    if evidence.log_odds < least_log_odds:
        return "music" if evidence.held > _HELD_LIKE_MUSIC else "no_voice"
    return None


def _reason_without_pitch(evidence: Evidence) -> str:
    if evidence.level_db < _QUIET_DB:
        return "too_quiet"
    if evidence.voiced_seconds > _LEAST_VOICED_SECONDS / 4:
        return "too_little_voice"
    if evidence.level_change_db < _SPEECH_LEVEL_CHANGE_DB:
        return "noise"
    return "whisper" if evidence.spectrum_change > _SPEECH_SPECTRUM_CHANGE else "no_voice"


def _semitones(hertz: Floats) -> Floats:
    semitones: Floats = 12 * np.log2(np.maximum(hertz, 1))
    return semitones


def _movement(pitch: Pitch, loud: Mask) -> Floats:
    """Return by how many semitones the pitch moves within `_STEP` frames, where all of these are voiced."""
    semitones = _semitones(pitch.hertz)
    last = len(semitones) - _STEP
    all_voiced = np.logical_and.reduce([pitch.voiced[k : last + k] for k in range(_STEP + 1)]) & loud[_STEP:]
    moved: Floats = np.abs(semitones[_STEP:] - semitones[:-_STEP])[all_voiced]
    return moved if len(moved) else np.zeros(1)


def _segment_seconds(voiced: Mask) -> float:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], voiced.astype(int), [0]])))
    lengths = (edges[1::2] - edges[::2]) * HOP / SAMPLE_RATE
    return float((lengths**2).sum() / lengths.sum()) if len(lengths) else 0.0


def _spectrum_change(spectra: Floats, hertz: Floats) -> float:
    """Return how much the cepstra vary about a parabola in the pitch.

    The parabola stands for what the pitch alone changes, as it does in the spectrum of any instrument.
    """
    coefficients = cepstra(spectra)[:, :6]
    if len(coefficients) < 4:
        return 0.0
    semitones = _semitones(hertz)
    powers = np.vander(semitones - semitones.mean(), 3)
    explained = powers @ np.linalg.lstsq(powers, coefficients, rcond=None)[0]
    return float((coefficients - explained).std(axis=0).mean())


def _level(samples: Samples) -> float:
    blocks = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    loud = loud_level(np.sqrt((blocks.astype(float) ** 2).mean(axis=1)))
    return 20 * float(np.log10(loud + 1e-9))


def _purity(spectra: Floats) -> float:
    """Return the median share of the power that lies within three bins of the strongest bin."""
    if not len(spectra):
        return 0.0
    padded = np.pad(spectra, ((0, 0), (3, 3)))
    strongest = spectra.argmax(axis=1)[:, None] + np.arange(7)
    share = np.take_along_axis(padded, strongest, axis=1).sum(axis=1) / np.maximum(spectra.sum(axis=1), 1e-20)
    return float(np.median(share))
