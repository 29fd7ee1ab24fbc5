"""Is it a voice that sounds? Evidence read from pitch and spectra, weighed, and the reason when it is none.

Speech glides where instruments hold their notes; it sounds one pitch at a time where music sounds several; its
spectrum changes with the vowels, not with the pitch alone; and it lasts, where a dog only barks. The weights were
fitted by logistic regression on sixty speakers, clean, in noise, over music and by telephone, against music,
instruments, animals and synthetic sounds; docs/voices.md tells how, and how well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.audio.framing import HOP
from adapters.audio.pitch import Pitch
from adapters.audio.spectrum import cepstra
from application.ports.audio import SAMPLE_RATE
from domain.refusals import refusal

Floats = NDArray[np.float64]

_SILENT_DB = -70.0
_QUIET_DB = -50.0
_LEAST_VOICE = 0.4  # seconds
_PURE = 0.97  # of the power within one partial; an [u] sung by a child stays below
_STEADY = 0.9
_LIVELY_DB = 5.0
_LIVELY_SPECTRUM = 1.2
_LEAST_SPEECH = -2.0
_LOUD = 1 / 16  # of the loud frames' power: below 12 dB the room, not the voice, may be heard
_STEP = 3  # frames over which movement is looked for
_HELD, _RUSHED, _LEAPT = 0.1, 1.5, 4.0  # semitones
_STRETCH = (0.03, 0.4)  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for a voice and against it."""

    level_db: float
    """Level of the loud frames, 0 dB for a full-scale square wave."""
    liveliness_db: float
    """Standard deviation of the frames' levels."""
    voiced_seconds: float
    stretch_seconds: float
    """How long the sound lasts without a break, where it is voiced: the mean over voiced time."""
    held: float
    """Share of the voiced time in which the pitch stands still, as that of instruments does."""
    rushed: float
    """Share in which it moves by one and a half semitones within 30 ms, or more."""
    leapt: float
    """Share in which it moves by a major third or more, as from note to note."""
    periodicity: float
    """Median strength of the pitch; several notes at once weaken it."""
    variety: float
    """How much the spectrum changes other than with the pitch (mean deviation of six cepstral coefficients)."""
    purity: float
    """Median share of the power that lies in one partial."""

    @property
    def speech(self) -> float:
        """Weighed evidence: log-odds of speech."""
        return (
            -10.1
            + 9.9 * self.periodicity
            + 7.1 * self.variety
            - 11.2 * self.held
            + 7.6 * self.rushed
            - 44.0 * self.leapt
            + 3.7 * float(np.log(np.clip(self.stretch_seconds, *_STRETCH)))
        )


def gather(samples: NDArray[np.float32], pitch: Pitch, spectra: Floats) -> Evidence:
    """Weigh a sound (after `without_rumble`) with its pitch contour and the power spectra of the same frames."""
    power = spectra.sum(axis=1)
    loud = power > _LOUD * np.percentile(power, 95)
    voiced_seconds = float(pitch.voiced.sum()) * HOP / SAMPLE_RATE
    # a few frames sound periodic by chance, even whispered ones
    chosen = loud & pitch.voiced if voiced_seconds >= _LEAST_VOICE else loud
    levels = 10 * np.log10(power / max(float(np.percentile(power, 95)), 1e-12) + 1e-5)
    movement = _movement(pitch, loud)
    return Evidence(
        level_db=_level(samples),
        liveliness_db=float(levels[levels > -49].std()) if (levels > -49).any() else 0.0,
        voiced_seconds=voiced_seconds,
        stretch_seconds=_stretch(pitch.voiced),
        held=float((movement < _HELD).mean()),
        rushed=float(((movement > _RUSHED) & (movement <= _LEAPT)).mean()),
        leapt=float((movement > _LEAPT).mean()),
        periodicity=float(np.median(pitch.strength[chosen])) if chosen.any() else 0.0,
        variety=_variety(spectra[chosen], pitch.hertz[chosen]),
        purity=_purity(spectra[chosen]),
    )


def require_voice(evidence: Evidence) -> None:
    """Return when a voice sounds; raise `VoiceRefused` with the most helpful reason when none does."""
    reason = _objection(evidence)
    if reason is not None:
        raise refusal(reason)


def _objection(evidence: Evidence) -> str | None:
    if evidence.level_db < _SILENT_DB:
        return "silent"
    if evidence.voiced_seconds < _LEAST_VOICE:
        return _without_pitch(evidence)
    if evidence.purity > _PURE or (evidence.held > _STEADY and evidence.periodicity > _STEADY):
        return "tone"
    if evidence.speech < _LEAST_SPEECH:
        return "music" if evidence.held > 0.3 else "no_voice"
    return None


def _without_pitch(evidence: Evidence) -> str:
    if evidence.level_db < _QUIET_DB:
        return "too_quiet"
    if evidence.voiced_seconds > _LEAST_VOICE / 4:
        return "too_little_voice"
    if evidence.liveliness_db < _LIVELY_DB:
        return "noise"
    return "whisper" if evidence.variety > _LIVELY_SPECTRUM else "no_voice"


def _movement(pitch: Pitch, loud: NDArray[np.bool_]) -> Floats:
    """Semitones by which the pitch moves within `_STEP` frames, wherever it sounds throughout."""
    semitones = 12 * np.log2(np.maximum(pitch.hertz, 1))
    last = len(semitones) - _STEP
    throughout = np.logical_and.reduce([pitch.voiced[k : last + k] for k in range(_STEP + 1)]) & loud[_STEP:]
    moved: Floats = np.abs(semitones[_STEP:] - semitones[:-_STEP])[throughout]
    return moved if len(moved) else np.zeros(1)


def _stretch(voiced: NDArray[np.bool_]) -> float:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], voiced.astype(int), [0]])))
    lengths = (edges[1::2] - edges[::2]) * HOP / SAMPLE_RATE
    return float((lengths**2).sum() / lengths.sum()) if len(lengths) else 0.0


def _variety(spectra: Floats, hertz: Floats) -> float:
    """Spread of the cepstra about a parabola through the pitch, which moves the partials of any instrument."""
    coefficients = cepstra(spectra)[:, :6]
    if len(coefficients) < 4:
        return 0.0
    semitones = 12 * np.log2(np.maximum(hertz, 1))
    powers = np.vander(semitones - semitones.mean(), 3)
    explained = powers @ np.linalg.lstsq(powers, coefficients, rcond=None)[0]
    return float((coefficients - explained).std(axis=0).mean())


def _level(samples: NDArray[np.float32]) -> float:
    blocks = samples[: len(samples) // HOP * HOP].reshape(-1, HOP)
    loud = float(np.percentile(np.sqrt((blocks.astype(float) ** 2).mean(axis=1)), 95))
    return 20 * float(np.log10(loud + 1e-9))


def _purity(spectra: Floats) -> float:
    """Median share of the power within three bins of the strongest."""
    if not len(spectra):
        return 0.0
    padded = np.pad(spectra, ((0, 0), (3, 3)))
    strongest = spectra.argmax(axis=1)[:, None] + np.arange(7)
    share = np.take_along_axis(padded, strongest, axis=1).sum(axis=1) / np.maximum(spectra.sum(axis=1), 1e-20)
    return float(np.median(share))
