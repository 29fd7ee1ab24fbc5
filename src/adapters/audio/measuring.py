"""From samples to acoustics, by way of the evidence that there is a voice to measure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.audio.conditioning import without_rumble
from adapters.audio.framing import HOP
from adapters.audio.harmonicity import harmonics_to_noise
from adapters.audio.noise import denoised, noise_spectrum
from adapters.audio.pitch import Pitch, track
from adapters.audio.spectrum import bandwidth, power_spectra, slope, timbre
from adapters.audio.tract import tract_length
from adapters.audio.voicing import gather, require_voice
from application.ports.audio import SAMPLE_RATE
from domain.voice import Acoustics

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A sound in which a voice was heard, ready to be measured."""

    samples: NDArray[np.float32]
    """Freed of rumble."""
    pitch: Pitch
    spectra: Floats
    """Power, a row for each frame of the pitch contour."""


def hear(samples: NDArray[np.float32]) -> Voice:
    """Find the voice in a mono sound at `SAMPLE_RATE`; raises `VoiceRefused` when there is none."""
    clear = without_rumble(samples)
    voice = Voice(samples=clear, pitch=track(clear), spectra=power_spectra(clear))
    require_voice(gather(voice.samples, voice.pitch, voice.spectra))
    return voice


def measure(voice: Voice) -> Acoustics:
    """Measure a voice; each figure is defined in the module that computes it."""
    pitch, voiced = voice.pitch, voice.pitch.voiced
    hertz = pitch.hertz[voiced]
    median = float(np.median(hertz))
    noise = noise_spectrum(voice.spectra, voiced)
    spectra = denoised(voice.spectra[voiced], noise)
    mean = spectra.mean(axis=0)
    top = bandwidth(np.maximum(voice.spectra[voiced].mean(axis=0) - noise, 0))
    return Acoustics(
        pitch_hz=median,
        pitch_spread_semitones=float(np.sqrt(np.mean((12 * np.log2(hertz / median)) ** 2))),
        tract_length_cm=tract_length(voice.samples, np.flatnonzero(voiced) * HOP, median, top),
        spectral_slope_db_per_octave=slope(mean, top),
        harmonics_to_noise_db=harmonics_to_noise(
            pitch.strength[voiced], voice.spectra[voiced].sum(axis=1), float(noise.sum())
        ),
        timbre=timbre(spectra),
        voiced_seconds=len(hertz) * HOP / SAMPLE_RATE,
    )
