"""From samples to acoustics."""

from dataclasses import dataclass, replace

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
from adapters.audio.tones import still_frames, tone_frames, without_frames
from adapters.audio.vocal_tract import tract_length
from adapters.audio.voice_detection import (
    LEAST_LOG_ODDS_WHEN_UNUSUAL,
    Evidence,
    gather_evidence,
    refusal_reason,
    require_voice,
)
from application.ports.audio import SAMPLE_RATE
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
    voice = _heard(sound)
    beeps = tone_frames(voice.spectra) | still_frames(voice.pitch.hertz)
    if beeps.any():
        sound = without_frames(sound, beeps)
        voice = _heard(sound)
    if sound is not whole and refusal_reason(_evidence(voice), LEAST_LOG_ODDS_WHEN_UNUSUAL) is not None:
        voice = _heard(whole)  # where there is nothing but a tone, the reason is the tone
    require_voice(_evidence(voice))
    if lacks_fundamental(voice.samples):
        by_envelope = track_pitch_by_envelope(voice.samples)
        if by_envelope.voiced.any():
            return replace(voice, pitch=by_envelope)
    return voice


def _heard(sound: Samples) -> Voice:
    return Voice(samples=sound, pitch=track_pitch(sound), spectra=power_spectra(sound))


def _evidence(voice: Voice) -> Evidence:
    return gather_evidence(voice.samples, voice.pitch, voice.spectra)


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
