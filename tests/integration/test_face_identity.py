"""Whether a face follows its voice: the distance between faces of one speaker and of two, by their weights."""

import numpy as np

from adapters.audio.measuring import find_voice, measure
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.design.weights import Weights
from domain.voice import Gender, Person
from unit.audio.speakers import MEN, Floats, equal_error_rate, halves


def faces(noise: str) -> tuple[Floats, Floats]:
    """Weights of the morph targets for each speaker's two halves; all are given the same age."""
    shapes: list[list[Weights]] = []
    for number, both in enumerate(halves(noise)):
        person = Person(35, Gender.MAN if number < len(MEN) else Gender.WOMAN)
        shapes.append(
            [design_face(person, traits_of(measure(find_voice(half)), person)).shape for half in both]
        )
    targets = sorted({name for pair in shapes for shape in pair for name in shape})
    table = np.array([[[shape.get(name, 0.0) for name in targets] for shape in pair] for pair in shapes])
    return table[:, 0], table[:, 1]


def test_two_faces_of_one_speaker_are_nearer_than_faces_of_two_speakers() -> None:
    assert equal_error_rate(*faces("clean")) <= 0.15


def test_two_faces_of_one_speaker_are_nearer_also_with_noise_at_twenty_decibels() -> None:
    assert equal_error_rate(*faces("white")) <= 0.25
