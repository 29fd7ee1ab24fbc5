"""What a face does while it speaks."""

import numpy as np

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.film.acting import perform
from adapters.faces.studio.film.visemes import mouth_track
from domain.voice import Gender, Person
from unit.faces.voices import vowel

RATE = 25
RESTING = design_face(Person(40, Gender.WOMAN), NEUTRAL).expression
MOUTH = mouth_track(np.tile(vowel(0.8, 800), 10), 200, RATE)


def test_the_same_seed_gives_the_same_performance_and_another_seed_gives_another() -> None:
    first, again, other = perform(MOUTH, RATE, 7), perform(MOUTH, RATE, 7), perform(MOUTH, RATE, 8)
    assert np.array_equal(first.yaw, again.yaw)
    assert np.array_equal(first.blink, again.blink)
    assert not np.array_equal(first.yaw, other.yaw)


def test_eight_seconds_have_one_to_five_blinks_and_end_with_open_eyes() -> None:
    blink = perform(MOUTH, RATE, 1).blink
    starts = np.flatnonzero((blink[1:] > 0.5) & (blink[:-1] <= 0.5))
    assert 1 <= len(starts) <= 5
    assert blink[-1] == 0
    assert blink.max() == 1


def test_a_performance_ends_with_mouth_and_head_at_rest_even_if_the_voice_continues() -> None:
    performance = perform(MOUTH, RATE, 1)
    assert performance.expression(100, RESTING)["face/jawOpen"] > 0.2
    assert performance.expression(199, RESTING)["face/jawOpen"] == 0
    assert abs(performance.pose(199).yaw - PORTRAIT_POSE.yaw) < 1e-9


def test_the_head_moves_but_only_slightly_and_slowly() -> None:
    performance = perform(MOUTH, RATE, 3)
    assert 0.005 < np.ptp(performance.yaw) < 0.3
    assert np.abs(np.diff(performance.yaw)).max() < 0.02


def test_an_open_mouth_smiles_less() -> None:
    performance = perform(MOUTH, RATE, 1)
    speaking = performance.expression(100, RESTING)
    assert speaking["face/mouthSmileLeft"] < RESTING["face/mouthSmileLeft"]
