"""Whether the two faces of a result are compared fairly: what they share, and how far they are from each other."""

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from statistics import mean, median

import numpy as np
import pytest

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.character import Character
from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.design.imaginary_voice import imaginary_voice
from adapters.faces.studio.design.mapping import FaceDesign, design_face
from adapters.faces.studio.design.styling import styling_of
from adapters.faces.studio.design.traits import traits_of
from adapters.faces.studio.engine import draw_portrait, recording_seed
from domain.look import HairStyle, LookWishes
from domain.voice import Gender, Person
from unit.audio.recording import SAMPLES
from unit.audio.speakers import MEN, WOMEN, Floats

BALD = LookWishes(hair_style=HairStyle.BALD)
"""The same hair for all, and the fastest to draw."""
SIZE = 64
INNER_FACE = np.s_[24:56, 20:42]
"""From the brows to the chin in such a small portrait, without the ears."""
DRAWS = 16
"""Imaginary voices for each speaker: with one, the median follows chance more than the design."""


@dataclass(frozen=True)
class Pair:
    """The designs of the voice face of one recording and of condition faces to it; and of two without hair."""

    voice: FaceDesign
    conditions: list[FaceDesign]
    bald: tuple[FaceDesign, FaceDesign]


@cache
def pairs(gender: Gender) -> list[Pair]:
    person, made = Person(35, gender), []
    for name in MEN if gender is Gender.MAN else WOMEN:
        recording = SAMPLES / "speakers" / f"{name}.ogg"
        acoustics = listen(recording).acoustics
        styling = styling_of(acoustics, person)
        imaginary = [imaginary_voice(person, recording_seed(recording) + draw) for draw in range(DRAWS)]
        voice, *conditions = (
            design_face(person, traits_of(one, person), styling) for one in (acoustics, *imaginary)
        )
        first, second = (
            design_face(person, traits_of(one, person), wishes=BALD) for one in (acoustics, imaginary[0])
        )
        made.append(Pair(voice, conditions, (first, second)))
    return made


def weights(design: FaceDesign) -> Floats:
    numbers = load_head().asset.targets.numbers
    return np.array([design.shape.get(name, 0.0) for name in numbers])


def points(design: FaceDesign) -> Floats:
    head = load_head()
    return np.asarray(head.control(design.shape)[head.asset.masks["face"] > 0.5], dtype=np.float64).ravel()


def inner_face(design: FaceDesign) -> Floats:
    return np.asarray(draw_portrait(Character(design), SIZE)[INNER_FACE], dtype=np.float64).ravel()


def ratios(voices: list[Floats], conditions: list[list[Floats]], order: int) -> tuple[float, float]:
    """Return how far conditions are from their voices, as a share of what two voices are: mean and median."""
    own = [
        float(np.linalg.norm(voice - condition, order))
        for voice, its in zip(voices, conditions, strict=True)
        for condition in its
    ]
    others = [float(np.linalg.norm(a - b, order)) for a, b in combinations(voices, 2)]
    return mean(own) / mean(others), median(own) / median(others)


@pytest.mark.parametrize("gender", list(Gender))
def test_both_faces_of_a_speaker_have_the_same_hair_iris_and_shirt(gender: Gender) -> None:
    for pair in pairs(gender):
        look = pair.voice.appearance
        for condition in pair.conditions:
            other = condition.appearance
            assert pair.voice.hair_style == condition.hair_style
            assert pair.voice.lock_seed == condition.lock_seed
            assert look.hair == other.hair
            assert look.eyes == other.eyes
            assert look.shirt == other.shirt
            assert look.ambience == other.ambience


@pytest.mark.parametrize("gender", list(Gender))
def test_a_condition_face_is_as_far_from_its_voice_face_as_two_voice_faces_are(gender: Gender) -> None:
    made = pairs(gender)
    for measure in (weights, points):
        voices = [measure(pair.voice) for pair in made]
        conditions = [[measure(condition) for condition in pair.conditions] for pair in made]
        average, middle = ratios(voices, conditions, order=2)
        assert average >= 0.9
        assert middle >= 0.9


@pytest.mark.parametrize("gender", list(Gender))
def test_their_pictures_differ_as_much_as_those_of_two_voice_faces(gender: Gender) -> None:
    made = pairs(gender)
    voices = [inner_face(pair.bald[0]) for pair in made]
    conditions = [[inner_face(pair.bald[1])] for pair in made]
    average, middle = ratios(voices, conditions, order=1)
    assert average >= 0.9
    assert middle >= 0.9
