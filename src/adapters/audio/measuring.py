"""From samples to acoustics."""

from dataclasses import dataclass

import numpy as np

from adapters.audio.arrays import Floats, Samples
from adapters.audio.background_noise import denoised, noise_gains, noise_spectrum
from adapters.audio.bandwidth import bandwidth
from adapters.audio.filtering import without_rumble
from adapters.audio.framing import HOP
from adapters.audio.harmonicity import harmonics_to_noise
from adapters.audio.hum import without_hum
from adapters.audio.pitch import Pitch, lacks_fundamental, track_pitch, track_pitch_by_envelope
from adapters.audio.spectrum import power_spectra, slope, timbre
from adapters.audio.tones import tone_frames, without_frames
from adapters.audio.vocal_tract import tract_length
from adapters.audio.voice_detection import (
    LEAST_LOG_ODDS,
    LEAST_LOG_ODDS_WHEN_UNUSUAL,
    gather_evidence,
    refusal_reason,
    require_voice,
)
from application.ports.audio import SAMPLE_RATE
from domain.errors import VoiceRefused
from domain.refusals import refusal
from domain.voice import Acoustics


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A sound in which a voice was found, ready to be measured."""

    samples: Samples
    """Without rumble, hum and beeps."""
    pitch: Pitch
    spectra: Floats
    """Power spectra, one row for each frame of the pitch contour."""


def find_voice(samples: Samples) -> Voice:
    """Find the voice in a sound, without the hum and the beeps in it; raises `VoiceRefused` when there is none."""
    whole = without_rumble(samples)
    sound = without_hum(whole)
    least_log_odds = LEAST_LOG_ODDS if sound is whole else LEAST_LOG_ODDS_WHEN_UNUSUAL
    spectra = power_spectra(sound)
    tones = tone_frames(spectra)
    if tones.any():
        sound = without_frames(sound, tones)
        spectra = power_spectra(sound)
    try:
        return _judged(sound, spectra, least_log_odds)
    except VoiceRefused:
        if sound is whole:
            raise
        # Where there is nothing but a tone, the reason is the tone.
        reason = refusal_reason(gather_evidence(whole, track_pitch(whole), power_spectra(whole)))
        if reason in {"tone", "music"}:
            raise refusal(reason) from None
        raise


def _judged(sound: Samples, spectra: Floats, least_log_odds: float) -> Voice:
    pitch = track_pitch(sound)
    require_voice(gather_evidence(sound, pitch, spectra), least_log_odds)
    if lacks_fundamental(sound):
        pitch = track_pitch_by_envelope(sound)
    return Voice(samples=sound, pitch=pitch, spectra=spectra)


def measure(voice: Voice) -> Acoustics:
    """Measure a voice; the module that computes a measure defines it."""
    pitch, voiced = voice.pitch, voice.pitch.voiced
    hertz = pitch.hertz[voiced]
    median = float(np.median(hertz))
    noise = noise_spectrum(voice.spectra, voiced)
    spectra = denoised(voice.spectra[voiced], noise)
    mean = spectra.mean(axis=0)
    bandwidth_hz = bandwidth(voice.spectra, voiced, noise)
    gains = noise_gains(voice.spectra[voiced].mean(axis=0), noise)
    return Acoustics(
        pitch_hz=median,
        pitch_spread_semitones=float(np.sqrt(np.mean((12 * np.log2(hertz / median)) ** 2))),
        tract_length_cm=tract_length(
            voice.samples, np.flatnonzero(voiced) * HOP, median, bandwidth_hz, gains
        ),
        spectral_slope_db_per_octave=slope(mean, bandwidth_hz),
        harmonics_to_noise_db=harmonics_to_noise(
            pitch.strength[voiced], voice.spectra[voiced].sum(axis=1), float(noise.sum())
        ),
        timbre=timbre(spectra),
        voiced_seconds=len(hertz) * HOP / SAMPLE_RATE,
    )
