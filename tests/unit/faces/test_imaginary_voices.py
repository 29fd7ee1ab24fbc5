"""The voice of a condition face: drawn at random, and spread as real ones are."""

from statistics import mean, stdev

import numpy as np
import pytest
from numpy.typing import NDArray

from adapters.faces.studio.design.fingerprint import TIMBRE_DEVIATION
from adapters.faces.studio.design.imaginary_voice import DEVIATIONS, LOADINGS, imaginary_voice
from adapters.faces.studio.design.usual_voice import usual_voice
from domain.voice import Acoustics, Gender, Person

PEOPLE = [Person(8, Gender.WOMAN), Person(35, Gender.WOMAN), Person(35, Gender.MAN), Person(80, Gender.MAN)]
DRAWS = 2000


def measures(person: Person) -> NDArray[np.float64]:
    """The measures of many imaginary voices, as deviations from the usual voice (draws, 17)."""
    usual = usual_voice(person)

    def row(voice: Acoustics) -> list[float]:
        assert voice.tract_length_cm is not None
        return [
            12 * float(np.log2(voice.pitch_hz / usual.pitch_hz)),
            voice.tract_length_cm - usual.tract_length_cm,
            voice.spectral_slope_db_per_octave - usual.slope_db_per_octave,
            voice.harmonics_to_noise_db - usual.harmonics_to_noise_db,
            voice.pitch_spread_semitones - usual.pitch_spread_semitones,
            *np.subtract(voice.timbre, usual.timbre),
        ]

    rows = [row(imaginary_voice(person, seed)) for seed in range(DRAWS)]
    return np.asarray(np.array(rows) / DEVIATIONS)


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_imaginary_voices_are_spread_about_the_usual_one_as_real_voices_are(person: Person) -> None:
    drawn = measures(person)
    assert np.abs(drawn.mean(axis=0)).max() < 0.1
    assert np.abs(drawn.std(axis=0) - 1).max() < 0.07


def test_their_measures_go_together_as_those_of_real_voices_do() -> None:
    together = np.corrcoef(measures(PEOPLE[1]).T)
    expected = LOADINGS @ LOADINGS.T
    np.fill_diagonal(expected, 1)
    assert np.abs(together - expected).max() < 0.1


def test_no_measure_shares_more_with_the_others_than_all_of_its_variance() -> None:
    assert LOADINGS.shape == (5 + len(TIMBRE_DEVIATION), 4)
    assert (LOADINGS**2).sum(axis=1).max() < 1


def test_a_seed_gives_one_voice_and_another_seed_another_one() -> None:
    person = PEOPLE[1]
    assert imaginary_voice(person, 2**255 + 1) == imaginary_voice(person, 2**255 + 1)
    assert imaginary_voice(person, 2**255 + 1) != imaginary_voice(person, 2**255)


def test_a_voice_is_drawn_relative_to_what_is_usual_for_the_person() -> None:
    old, young = (
        [imaginary_voice(Person(age, Gender.MAN), seed).pitch_hz for seed in range(50)] for age in (40, 8)
    )
    ratios = [high / low for high, low in zip(young, old, strict=True)]
    assert stdev(ratios) < 1e-9
    assert mean(ratios) > 2
