"""Computed voices, for tests that need a sound or its measures."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.usual_voice import usual_voice
from application.ports.audio import SAMPLE_RATE, SOUND_RATE, Speech
from domain.errors import VoiceRefused
from domain.voice import Acoustics, Gender, Person

TIMBRE = usual_voice(Person(40, Gender.MAN)).timbre
USUAL = Acoustics(
    pitch_hz=118.0,
    pitch_spread_semitones=2.5,
    tract_length_cm=17.0,
    spectral_slope_db_per_octave=-6.5,
    harmonics_to_noise_db=9.0,
    timbre=TIMBRE,
    voiced_seconds=1.0,
)


def vowel(seconds: float, *formants_hz: float, pitch_hz: float = 120.0) -> NDArray[np.float32]:
    """Harmonics with peaks, each a third as strong as the one before.

    One peak alone is like a back vowel: an open one near 800 Hz, a closed one near 300 Hz.
    """
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    harmonics = np.arange(1, 40) * pitch_hz
    peaks = [1 / (1 + ((harmonics - formant) / 150) ** 2) for formant in formants_hz]
    weights = np.sum([peak / 3**number for number, peak in enumerate(peaks)], axis=0)
    sound = (np.sin(2 * np.pi * harmonics[:, None] * time) * weights[:, None]).sum(axis=0)
    return np.asarray(0.5 * sound / np.abs(sound).max(), dtype=np.float32)


def silence(seconds: float) -> NDArray[np.float32]:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


def hiss(seconds: float) -> NDArray[np.float32]:
    noise = np.random.default_rng(1).standard_normal(int(seconds * SAMPLE_RATE))
    return (0.1 * np.diff(noise, prepend=0, n=2)).astype(np.float32)


def babble() -> NDArray[np.float32]:
    """Two syllables with a pause before, between and after."""
    return np.concatenate([silence(0.2), vowel(0.3, 800), silence(0.2), vowel(0.3, 500), silence(0.2)])


def listen_to_bytes(path: Path) -> Speech:
    """A listener whose timbre follows the file's first bytes, and which refuses an empty file."""
    content = path.read_bytes()
    if not content:
        raise VoiceRefused("silent", "We heard nothing: record again.")
    shift = np.frombuffer(content[:12].ljust(12, b"\0"), dtype=np.uint8) / 64 - 1
    timbre = tuple(float(value) for value in np.array(TIMBRE) + shift)
    sound = np.repeat(babble(), SOUND_RATE // SAMPLE_RATE)
    return Speech(samples=babble().tobytes(), sound=sound.tobytes(), acoustics=replace(USUAL, timbre=timbre))
