"""What both faces of a result wear, and that it is apart from what a voice bends."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.design.fingerprint import FINGERPRINT_SIZE, Fingerprint, Slots
from adapters.faces.studio.design.imaginary_voice import imaginary_voice
from adapters.faces.studio.design.mapping import FaceDesign, design_face
from adapters.faces.studio.design.styling import PLAIN, styling_of, usual_style
from adapters.faces.studio.design.traits import NEUTRAL, Traits, traits_of
from domain.look import HairStyle
from domain.voice import Acoustics, Gender, Person
from unit.faces.voices import USUAL

MAN, WOMAN = Person(35, Gender.MAN), Person(35, Gender.WOMAN)
STYLING_SLOTS = (Slots.HAIR_COLOUR, Slots.FRECKLES, Slots.IRIS, Slots.SHIRT, Slots.LOCK_SEED)


def worn(design: FaceDesign) -> tuple[object, ...]:
    look = design.appearance
    return design.hair_style, design.lock_seed, look.hair, look.eyes, look.shirt, look.skin.freckles


def styles_of(person: Person) -> Counter[HairStyle]:
    """The hair styles of five hundred imaginary voices."""
    voices = (imaginary_voice(person, seed) for seed in range(500))
    return Counter(usual_style(person, styling_of(voice, person).choice) for voice in voices)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("person", [MAN, WOMAN, Person(9, Gender.MAN), Person(70, Gender.WOMAN)], ids=str)
def test_two_voices_with_one_styling_wear_the_same_and_have_other_features(person: Person, seed: int) -> None:
    real, imaginary = imaginary_voice(person, seed), imaginary_voice(person, seed + 1000)
    styling = styling_of(real, person)
    face, other = (design_face(person, traits_of(voice, person), styling) for voice in (real, imaginary))
    assert worn(face) == worn(other)
    assert face.shape != other.shape


def test_no_trait_changes_what_a_face_wears() -> None:
    numbers = list((0.0,) * FINGERPRINT_SIZE)
    for group in STYLING_SLOTS:
        for slot in group.value:
            numbers[slot] = 0.9
    assert design_face(MAN, Traits(fingerprint=Fingerprint(tuple(numbers)))) == design_face(MAN, NEUTRAL)


def test_no_styling_changes_the_features() -> None:
    styling = replace(PLAIN, choice=2.0, hair_colour=1.0, freckles=1.0, iris=-1.0, shirt=1.0, lock_seed=5)
    dressed, plain = design_face(WOMAN, NEUTRAL, styling), design_face(WOMAN, NEUTRAL)
    assert (dressed.shape, dressed.expression) == (plain.shape, plain.expression)
    assert dressed.appearance.brows.thickness == plain.appearance.brows.thickness
    assert worn(dressed) != worn(plain)


def test_among_adults_the_stated_age_does_not_move_a_voice_to_another_style() -> None:
    choices = {styling_of(USUAL, Person(age, Gender.MAN)).choice for age in (18, 30, 50, 80)}
    assert len(choices) == 1


@pytest.mark.parametrize("age", [25, 40, 50])
def test_every_style_of_women_is_worn_and_none_by_most(age: int) -> None:
    styles = styles_of(Person(age, Gender.WOMAN))
    assert set(styles) >= {HairStyle.LONG, HairStyle.BOB, HairStyle.FRINGE, HairStyle.BUN}
    assert styles.most_common(1)[0][1] < 250


@pytest.mark.parametrize("age", [25, 40, 50])
def test_every_style_of_men_is_worn_by_some(age: int) -> None:
    styles = styles_of(Person(age, Gender.MAN))
    assert len(styles) == 3
    assert min(styles.values()) >= 40


FACE = load_head().asset.masks["face"] > 0.5


def decimetres_apart(first: Acoustics, second: Acoustics) -> float:
    """How far the points of two men's faces are from each other, on average."""
    faces = [
        load_head().control(design_face(MAN, traits_of(voice, MAN)).shape)[FACE] for voice in (first, second)
    ]
    return float(np.linalg.norm(faces[0] - faces[1], axis=1).mean())


def test_a_man_of_75_hertz_and_one_of_260_are_as_far_apart_as_two_men_whose_voices_differ_in_everything() -> (
    None
):
    by_pitch = decimetres_apart(replace(USUAL, pitch_hz=75.0), replace(USUAL, pitch_hz=260.0))
    pairs = [(imaginary_voice(MAN, seed), imaginary_voice(MAN, seed + 50)) for seed in range(20)]
    assert by_pitch > 0.95 * np.mean([decimetres_apart(*pair) for pair in pairs])
    assert by_pitch > 0.035


def test_a_short_and_a_long_vocal_tract_give_clearly_other_faces() -> None:
    short, long = (replace(USUAL, tract_length_cm=length) for length in (15.0, 19.0))
    assert decimetres_apart(short, long) > 0.05
