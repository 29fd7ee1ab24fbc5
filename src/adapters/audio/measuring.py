"""From samples to acoustics."""

from dataclasses import dataclass

import numpy as np

from adapters.audio.arrays import Floats, Samples
from adapters.audio.background_noise import denoised, noise_gains, noise_spectrum
from adapters.audio.bandwidth import bandwidth
from adapters.audio.filtering import without_rumble
from adapters.audio.framing import HOP
from adapters.audio.harmonicity import harmonics_to_noise
from adapters.audio.pitch import Pitch, track_pitch
from adapters.audio.spectrum import power_spectra, slope, timbre
from adapters.audio.vocal_tract import tract_length
from adapters.audio.voice_detection import gather_evidence, require_voice
from application.ports.audio import SAMPLE_RATE
from domain.voice import Acoustics


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A sound in which a voice was found, ready to be measured."""

    samples: Samples
    """Without rumble."""
    pitch: Pitch
    spectra: Floats
    """Power spectra, one row for each frame of the pitch contour."""


def find_voice(samples: Samples) -> Voice:
    """Find the voice in a sound; raises `VoiceRefused` when there is none."""
    filtered = without_rumble(samples)
    voice = Voice(samples=filtered, pitch=track_pitch(filtered), spectra=power_spectra(filtered))
    require_voice(gather_evidence(voice.samples, voice.pitch, voice.spectra))
    return voice


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
