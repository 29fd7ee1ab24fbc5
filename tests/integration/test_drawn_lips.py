"""Whether the lips of drawn films are right, in speech whose sounds are known and in natural speech.

A synthetic voice, from which the ear has learned other sentences, says `known-sounds.ogg`: so this guards against
regressions. How well other voices are read is in `phones.md`.
"""

import numpy as np
import pytest
from lips import BARS, BEST_LEADS, LEAST_CORRELATION, Bar, Recording, measured

from domain.voice import Gender, Person
from unit.faces.samples import SAMPLES

WOMAN = Person(30, Gender.WOMAN)


@pytest.fixture(scope="module")
def known() -> Recording:
    return measured(SAMPLES / "known-sounds.ogg", SAMPLES / "known-sounds.txt", WOMAN, knows=False)


@pytest.mark.parametrize("bar", BARS, ids=lambda bar: bar.title)
def test_the_lips_of_a_film_show_the_sounds_of_its_speech(known: Recording, bar: Bar) -> None:
    having = known.having(bar)
    assert len(having) >= 5
    assert bar.is_met(float(np.mean(having)))


def test_the_mouth_opens_with_the_loudness_of_natural_speech_and_leads_it() -> None:
    spoken = measured(SAMPLES / "speakers" / "tuxpaint-es.ogg", None, WOMAN, knows=False)
    correlation, lead = spoken.correlation()
    assert correlation > LEAST_CORRELATION
    assert BEST_LEADS[0] < lead < BEST_LEADS[1]
