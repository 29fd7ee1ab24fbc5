"""Whether a face follows its voice: the distance between faces of one speaker and of two, by their weights."""

from functools import cache

import numpy as np
import pytest

from adapters.audio.measuring import find_voice, measure
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.styling import styling_of, usual_style
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.design.weights import Weights
from domain.voice import Acoustics, Gender, Person
from unit.audio.speakers import MEN, Floats, equal_error_rate, halves


@cache
def heard(noise: str) -> list[list[Acoustics]]:
    """What is measured of each speaker's two halves, men first."""
    return [[measure(find_voice(half)) for half in both] for both in halves(noise)]


def faces(noise: str) -> tuple[Floats, Floats]:
    """Weights of the morph targets for each speaker's two halves; all are given the same age."""
    shapes: list[list[Weights]] = []
    for number, both in enumerate(heard(noise)):
        person = Person(35, Gender.MAN if number < len(MEN) else Gender.WOMAN)
        shapes.append([design_face(person, traits_of(half, person)).shape for half in both])
    targets = sorted({name for pair in shapes for shape in pair for name in shape})
    table = np.array([[[shape.get(name, 0.0) for name in targets] for shape in pair] for pair in shapes])
    return table[:, 0], table[:, 1]


def test_two_faces_of_one_speaker_are_nearer_than_faces_of_two_speakers() -> None:
    assert equal_error_rate(*faces("clean")) <= 0.12


def test_two_faces_of_one_speaker_are_nearer_also_with_noise_at_twenty_decibels() -> None:
    assert equal_error_rate(*faces("white")) <= 0.12


@pytest.mark.parametrize("age", [20, 30, 40, 50, 65])
@pytest.mark.parametrize("noise", ["clean", "white"])
@pytest.mark.parametrize("gender", list(Gender))
def test_nine_of_ten_speakers_keep_their_hair_style_in_the_other_half(
    gender: Gender, noise: str, age: int
) -> None:
    person = Person(age, gender)
    speakers = slice(len(MEN)) if gender is Gender.MAN else slice(len(MEN), None)
    first, second = (
        [usual_style(person, styling_of(both[half], person).choice) for both in heard(noise)[speakers]]
        for half in (0, 1)
    )
    kept = sum(style == other for style, other in zip(first, second, strict=True))
    assert kept / len(first) >= 0.9
    assert len(set(first)) >= 2
