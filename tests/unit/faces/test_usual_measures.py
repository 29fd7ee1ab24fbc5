from dataclasses import replace

import pytest

from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.design.usual_voice import usual_measures
from domain.voice import Gender, Person
from doubles.faces import ACOUSTICS


@pytest.mark.parametrize("age", [1, 8, 13, 30, 75, 120])
@pytest.mark.parametrize("gender", Gender)
def test_what_is_usual_are_figures_that_a_voice_can_have(age: int, gender: Gender) -> None:
    usual = usual_measures(Person(age, gender))
    assert 80 < usual.pitch_hz.low < usual.pitch_hz.high < 400
    assert 9 < usual.tract_length_cm.low < usual.tract_length_cm.high < 20


def test_a_man_of_thirty_has_a_lower_voice_and_a_longer_tract_than_a_woman() -> None:
    man, woman = usual_measures(Person(30, Gender.MAN)), usual_measures(Person(30, Gender.WOMAN))
    assert man.pitch_hz.high < woman.pitch_hz.low
    assert man.tract_length_cm.low > woman.tract_length_cm.low


@pytest.mark.parametrize("gender", Gender)
def test_a_voice_at_the_ends_of_what_is_usual_bends_the_face_as_much_as_one_deviation_does(
    gender: Gender,
) -> None:
    person = Person(30, gender)
    usual = usual_measures(person)
    low = replace(ACOUSTICS, pitch_hz=usual.pitch_hz.low, tract_length_cm=usual.tract_length_cm.low)
    high = replace(ACOUSTICS, pitch_hz=usual.pitch_hz.high, tract_length_cm=usual.tract_length_cm.high)
    assert (
        traits_of(low, person).deep
        == pytest.approx(-traits_of(high, person).deep)
        == pytest.approx(0.6, abs=0.01)
    )
    assert (
        traits_of(high, person).long
        == pytest.approx(-traits_of(low, person).long)
        == pytest.approx(0.6, abs=0.01)
    )
