"""What the measures of a voice change in a face, and what they must not change."""

from dataclasses import fields, replace

import numpy as np
import pytest

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.asset import load_head_asset
from adapters.faces.studio.design.fingerprint import FINGERPRINT_SIZE, Fingerprint
from adapters.faces.studio.design.influences import influences_of
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.palettes import SKIN_TONES
from adapters.faces.studio.design.traits import Traits, traits_of
from domain.look import HairColour, HairStyle, LookWishes, SkinTone
from domain.voice import Gender, Person
from unit.faces.samples import SAMPLE, SECOND_TAKE
from unit.faces.voices import USUAL

MAN, CHILD, WOMAN = Person(30, Gender.MAN), Person(8, Gender.MAN), Person(30, Gender.WOMAN)


def random_traits(seed: int) -> Traits:
    random = np.random.default_rng(seed)
    deep, long, bright, rough, lively = (float(value) for value in random.uniform(-1, 1, 5))
    free = Fingerprint(tuple(float(value) for value in random.uniform(-1, 1, FINGERPRINT_SIZE)))
    return Traits(deep=deep, long=long, bright=bright, rough=rough, lively=lively, fingerprint=free)


def test_the_usual_voice_of_a_group_has_neutral_traits() -> None:
    usual = traits_of(replace(USUAL, pitch_hz=117.9, tract_length_cm=16.9), MAN)
    assert abs(usual.deep) < 0.05
    assert abs(usual.long) < 0.1
    assert max(map(abs, usual.fingerprint.values)) < 1e-9


def test_a_lower_pitch_is_deeper_and_a_longer_tract_is_longer() -> None:
    low = traits_of(replace(USUAL, pitch_hz=85.0, tract_length_cm=18.5), MAN)
    high = traits_of(replace(USUAL, pitch_hz=160.0, tract_length_cm=15.5), MAN)
    assert low.deep > 0.5 > -0.5 > high.deep
    assert low.long > 0.5 > -0.5 > high.long


def test_a_voice_whose_tract_length_was_not_measured_counts_as_usual() -> None:
    assert traits_of(replace(USUAL, tract_length_cm=None), MAN).long == 0


def test_a_deep_voice_widens_the_chin_of_a_man_but_not_of_a_child() -> None:
    deep = Traits(deep=0.8)
    assert design_face(MAN, deep).shape["detail/chin-width-incr"] > 0.2
    assert design_face(CHILD, deep).shape.get("detail/chin-width-incr", 0.0) == 0


def test_near_timbres_have_near_fingerprints_and_different_timbres_have_different_ones() -> None:
    def distance(shift: float) -> float:
        moved = replace(USUAL, timbre=tuple(value + shift for value in USUAL.timbre))
        first, second = traits_of(USUAL, MAN).fingerprint.values, traits_of(moved, MAN).fingerprint.values
        return float(np.linalg.norm(np.subtract(first, second)))

    assert distance(0.02) < 0.3 < 1.5 < distance(1.5)


@pytest.mark.parametrize("seed", range(20))
def test_no_voice_changes_the_tone_of_the_skin(seed: int) -> None:
    for person in (MAN, CHILD, WOMAN, Person(80, Gender.WOMAN)):
        assert design_face(person, random_traits(seed)).appearance.skin.tone == SKIN_TONES[SkinTone.NEUTRAL]


def test_wishes_are_followed() -> None:
    wishes = LookWishes(
        skin_tone=SkinTone.DEEP, hair_style=HairStyle.BOB, hair_colour=HairColour.AUBURN, glasses=True
    )
    design = design_face(MAN, random_traits(3), wishes=wishes)
    assert design.appearance.skin.tone == SKIN_TONES[SkinTone.DEEP]
    assert design.hair_style is HairStyle.BOB
    assert design.appearance.hair.colour != design_face(MAN, random_traits(3)).appearance.hair.colour


def test_a_smile_may_be_lower_at_either_corner_but_only_slightly() -> None:
    smiles = [design_face(MAN, random_traits(seed)).expression for seed in range(20)]
    ratios = [smile["face/mouthSmileRight"] / smile["face/mouthSmileLeft"] for smile in smiles]
    assert 0.85 < min(ratios) < 1 < max(ratios) < 1.15


def test_only_grown_men_have_stubble() -> None:
    assert design_face(MAN, Traits(deep=0.5)).appearance.skin.stubble > 0.2
    assert design_face(CHILD, Traits(deep=0.5)).appearance.skin.stubble == 0
    assert design_face(WOMAN, Traits(deep=0.5)).appearance.skin.stubble == 0


@pytest.mark.parametrize(("person", "has_stubble"), [(MAN, True), (CHILD, False), (WOMAN, False)])
def test_only_grown_men_are_told_of_their_stubble(person: Person, has_stubble: bool) -> None:
    (of_pitch,) = (each.trait for each in influences_of(USUAL, person) if each.measure == "pitch_hz")
    assert ("stubble" in of_pitch) is has_stubble


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("age", [1, 9, 16, 35, 70, 120])
@pytest.mark.parametrize("gender", list(Gender))
def test_every_design_uses_known_targets_within_their_range(seed: int, age: int, gender: Gender) -> None:
    design = design_face(Person(age, gender), random_traits(seed))
    weights = design.shape | design.expression
    assert set(weights) <= set(load_head_asset().targets.numbers)
    assert all(np.isfinite(weight) and -0.01 <= weight <= 1.2 for weight in weights.values())


def test_influences_name_the_measures_strongest_first() -> None:
    low = replace(USUAL, pitch_hz=75.0)
    influences = influences_of(low, MAN)
    assert influences[0].measure == "pitch_hz"
    assert influences[0].amount < -0.5
    amounts = [abs(entry.amount) for entry in influences]
    assert amounts == sorted(amounts, reverse=True)
    assert {entry.measure for entry in influences} <= {field.name for field in fields(low)}


def test_influences_leave_out_a_measure_that_is_missing_or_changes_nothing() -> None:
    influences = influences_of(replace(USUAL, tract_length_cm=None), Person(20, Gender.MAN))
    assert {"tract_length_cm", "harmonics_to_noise_db"}.isdisjoint(entry.measure for entry in influences)


def test_two_takes_of_one_person_have_similar_traits() -> None:
    first, second = (traits_of(listen(take).acoustics, MAN) for take in (SAMPLE, SECOND_TAKE))
    assert abs(first.deep - second.deep) < 0.1
    assert abs(first.long - second.long) < 0.2
    apart = np.abs(np.subtract(first.fingerprint.values, second.fingerprint.values))
    assert apart.mean() < 0.3
    other = random_traits(5).fingerprint.values
    assert apart.mean() < 0.5 * np.abs(np.subtract(first.fingerprint.values, other)).mean()
