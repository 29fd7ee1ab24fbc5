"""The distance between the acoustics of two halves of a recording, and of two speakers of the same gender."""

from functools import cache

import numpy as np
import pytest

from adapters.audio.measuring import find_voice, measure
from unit.audio.sounds import Samples
from unit.audio.speakers import Floats, equal_error_rate, halves


def row_of(samples: Samples) -> Floats:
    voice = measure(find_voice(samples))
    assert voice.tract_length_cm is not None
    return np.array(
        [
            12 * np.log2(voice.pitch_hz),
            voice.pitch_spread_semitones,
            voice.tract_length_cm,
            voice.spectral_slope_db_per_octave,
            voice.harmonics_to_noise_db,
            *voice.timbre,
        ]
    )


@cache
def acoustics(noise: str) -> Floats:
    """Return the acoustics of each speaker's two halves, shape (speakers, 2, measures)."""
    return np.array([[row_of(half) for half in both] for both in halves(noise)])


def in_deviations(voices: Floats) -> Floats:
    """Return acoustics in standard deviations over the clean recordings."""
    return np.array(voices / acoustics("clean").reshape(-1, voices.shape[-1]).std(axis=0))


def test_two_halves_of_one_speaker_are_closer_than_two_speakers() -> None:
    voices = in_deviations(acoustics("clean"))

    assert equal_error_rate(voices[:, 0], voices[:, 1]) <= 0.12


@pytest.mark.parametrize("noise", ["white", "pink"])
def test_speakers_are_distinguished_in_noise_at_twenty_decibels(noise: str) -> None:
    noisy, clean = in_deviations(acoustics(noise)), in_deviations(acoustics("clean"))

    assert equal_error_rate(noisy[:, 0], noisy[:, 1]) <= 0.15
    assert equal_error_rate(clean[:, 0], noisy[:, 1]) <= 0.18
