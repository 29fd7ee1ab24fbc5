"""Compares sounds: which of the channels or tracks of a recording holds the clearest voice."""

import numpy as np

from adapters.audio.arrays import Samples
from adapters.audio.filtering import without_rumble
from adapters.audio.hum import without_hum
from adapters.audio.pitch import track_pitch
from adapters.audio.spectrum import power_spectra
from adapters.audio.tones import tone_frames, without_frames
from adapters.audio.voice_detection import LEAST_LOG_ODDS, gather_evidence, refusal_reason
from application.ports.audio import SAMPLE_RATE

_EXCERPT = SAMPLE_RATE // 2
_MOST_EXCERPTS = 7
_AUDIBLE = 1e-3  # of the power of the loudest excerpt


def voice_clarity(samples: Samples) -> float:
    """Return how clear the voice in a sound is, so that several sounds can be compared; 0 where there is none.

    By how many decibels the voice is stronger than its noise, times the probability that it is a voice at all. It
    looks at a few seconds only, and costs a third of `find_voice`.
    """
    sound = _excerpts(without_hum(without_rumble(samples)))
    spectra = power_spectra(sound)
    tones = tone_frames(spectra)
    if tones.any():
        sound = without_frames(sound, tones)
        spectra = power_spectra(sound)
    evidence = gather_evidence(sound, track_pitch(sound), spectra)
    if refusal_reason(evidence, least_log_odds=-np.inf) is not None:
        return 0.0
    probability = 1 / (1 + np.exp(min(LEAST_LOG_ODDS - evidence.log_odds, 50.0)))
    return float(-10 * np.log10(max(1 - evidence.periodicity, 1e-3)) * probability)


def _excerpts(samples: Samples) -> Samples:
    """Return the loudest half second of each seventh of a sound; silence does not count."""
    excerpts = samples[: len(samples) // _EXCERPT * _EXCERPT].reshape(-1, _EXCERPT)
    if len(excerpts) <= _MOST_EXCERPTS:
        return samples
    power = np.einsum("ij,ij->i", excerpts, excerpts)
    audible = np.flatnonzero(power >= _AUDIBLE * power.max())
    parts = np.array_split(audible, min(_MOST_EXCERPTS, len(audible)))
    joined: Samples = excerpts[[part[power[part].argmax()] for part in parts]].ravel()
    return joined
