"""Lips that meet, and a lower lip at the teeth, on faces of many kinds, by what is drawn."""

from functools import cache

import numpy as np
import pytest
from drawn_mouth import Mouth, MouthGauge

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, Character
from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.design.fingerprint import FINGERPRINT_SIZE, Fingerprint
from adapters.faces.studio.design.mapping import FaceDesign, design_face
from adapters.faces.studio.design.targets import (
    JAW_OPEN,
    LIP_TO_TEETH,
    LIPS_CLOSED,
    MOUTH_FUNNEL,
    MOUTH_PUCKER,
)
from adapters.faces.studio.design.traits import Traits
from adapters.faces.studio.design.weights import Weights
from domain.voice import Gender, Person

HEAD = load_head()
DRAWN = (
    (4, Gender.MAN, 1),
    (10, Gender.WOMAN, 2),
    (30, Gender.WOMAN, 3),
    (45, Gender.MAN, 4),
    (80, Gender.WOMAN, 5),
)
"""Age, gender and number of the faces whose mouths are drawn."""


def random_design(age: int, gender: Gender, number: int) -> FaceDesign:
    """A face that a voice could have."""
    numbers = np.random.default_rng(number).uniform(-1, 1, 5 + FINGERPRINT_SIZE).tolist()
    deep, long, bright, rough, lively, *free = numbers
    traits = Traits(
        deep=deep, long=long, bright=bright, rough=rough, lively=lively, fingerprint=Fingerprint(tuple(free))
    )
    return design_face(Person(age, gender), traits)


@cache
def gauge(age: int, gender: Gender, number: int) -> tuple[Character, MouthGauge]:
    character = Character(random_design(age, gender, number))
    return character, MouthGauge(character)


def drawn(face: tuple[int, Gender, int], units: Weights) -> Mouth:
    """The mouth of a face at rest, smile and all, with some units on top."""
    character, measured = gauge(*face)
    return measured.measure(character.mesh(character.design.expression | units, PORTRAIT_POSE))


def test_the_lips_of_any_face_meet_in_every_column_whatever_the_face_units_leave_between_them() -> None:
    for number in range(40):
        design = random_design(3 + 2 * number, tuple(Gender)[number % 2], number)
        control = HEAD.control(design.shape)
        units = design.expression | {JAW_OPEN: 0.1 + 0.1 * (number % 3), MOUTH_FUNNEL: 0.2 * (number % 3)}
        apart = HEAD.lips.gap(HEAD.expressed(control, units))
        closed = HEAD.lips.gap(HEAD.expressed(control, units | {LIPS_CLOSED: 1.0}))
        assert apart.max() > 0.01
        assert closed.max() < 0
        assert closed.min() > -0.04


@pytest.mark.parametrize("face", DRAWN)
def test_closed_lips_show_nothing_of_the_mouth(face: tuple[int, Gender, int]) -> None:
    for jaw in (0.0, 0.15):
        assert drawn(face, {LIPS_CLOSED: 1.0, JAW_OPEN: jaw}).gap <= 1
    assert drawn(face, {JAW_OPEN: 0.15}).gap > 4


@pytest.mark.parametrize("face", DRAWN)
def test_on_f_the_lower_lip_lies_under_teeth_that_are_seen(face: tuple[int, Gender, int]) -> None:
    assert drawn(face, {LIP_TO_TEETH: 1.0, JAW_OPEN: 0.05}).lip_at_teeth
    assert not drawn(face, {JAW_OPEN: 0.5}).lip_at_teeth
    assert not drawn(face, {LIPS_CLOSED: 1.0}).lip_at_teeth


@pytest.mark.parametrize("face", DRAWN)
def test_rounding_is_one_for_a_full_pucker_without_a_smile_and_negative_for_a_smile(
    face: tuple[int, Gender, int],
) -> None:
    plain = {name: 0.0 for name in gauge(*face)[0].design.expression if "Smile" in name or "Dimple" in name}
    assert drawn(face, plain | {MOUTH_PUCKER: 1.0}).rounding == pytest.approx(1.0, abs=0.05)
    assert drawn(face, {}).rounding < 0


def test_half_closed_lips_are_half_as_far_apart() -> None:
    control = HEAD.control(random_design(30, Gender.WOMAN, 1).shape)
    wide, half, closed = (
        HEAD.lips.gap(HEAD.expressed(control, {JAW_OPEN: 0.4, LIPS_CLOSED: share}))[7:14]
        for share in (0.0, 0.5, 1.0)
    )
    assert np.all((half < 0.6 * wide) & (half > 0.35 * wide) & (closed < 0))


def test_a_childs_lower_teeth_move_less_than_an_adults() -> None:
    def fall(age: int) -> float:
        control = HEAD.control(random_design(age, Gender.WOMAN, 1).shape)
        teeth = HEAD.lower_teeth
        return float((control[teeth, 1] - HEAD.expressed(control, {JAW_OPEN: 1.0})[teeth, 1]).mean())

    assert fall(5) < 0.85 * fall(40)
