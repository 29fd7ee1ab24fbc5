"""From kinds of sounds to gestures of the lips."""

import numpy as np
import pytest

from adapters.faces.studio.film.articulation import (
    LEAD,
    VOWEL,
    Curve,
    Gestures,
    Sound,
    gestures_of,
    sounds_of,
    strength,
)
from adapters.faces.studio.film.phones import PhoneTrack

RATE = 25
STEPS = 200
FRAMES = 50
MIDDLES = (np.arange(FRAMES) + 0.5) / RATE


def heard(*spans: tuple[float, float]) -> Curve:
    """A curve that is sure of a sound in some spans of seconds."""
    at = (np.arange(STEPS) + 0.5) / 100
    inside = np.max([(at > start) & (at < end) for start, end in spans] or [at < 0], axis=0)
    return np.asarray(inside, dtype=np.float64)


def gestures(
    closed: Curve | None = None,
    rounded: Curve | None = None,
    lip_to_teeth: Curve | None = None,
    vowel: Curve | None = None,
) -> Gestures:
    nothing = heard()
    curves = (nothing if curve is None else curve for curve in (closed, rounded, lip_to_teeth, vowel))
    return gestures_of(PhoneTrack(*curves), FRAMES, RATE)


@pytest.mark.parametrize("start", np.arange(0.5, 0.545, 0.01).tolist())
def test_a_closure_of_forty_milliseconds_between_vowels_closes_the_lips_in_a_frame_wherever_it_falls(
    start: float,
) -> None:
    end = start + 0.04
    track = gestures(closed=heard((start, end)), vowel=heard((0.3, start), (end, 0.8)))
    shut = np.flatnonzero(track.closing == 1)
    assert 1 <= len(shut) <= 2
    assert np.abs(MIDDLES[shut] + LEAD - (start + end) / 2).min() <= 0.021
    assert track.closing.sum() < 3


def test_a_vowel_between_two_closures_is_open_in_the_frame_of_its_middle() -> None:
    track = gestures(closed=heard((0.5, 0.56), (0.62, 0.68)), vowel=heard((0.56, 0.62)))
    middle = int(np.abs(MIDDLES + LEAD - 0.59).argmin())
    assert track.closing[middle] == 0
    assert track.vowel[middle] == 1
    assert track.closing[middle - 2 : middle].max() == 1
    assert track.closing[middle + 1 : middle + 3].max() == 1


def test_lips_are_ahead_of_the_sound() -> None:
    closing = gestures(closed=heard((0.8, 1.0))).closing
    assert float((closing * MIDDLES).sum() / closing.sum()) == pytest.approx(0.9 - LEAD, abs=0.01)


def test_rounding_reaches_into_the_neighbours_but_not_over_another_vowel() -> None:
    rounding = gestures(rounded=heard((0.8, 1.0)), vowel=heard((0.8, 1.0), (1.1, 1.3))).rounding
    at = (MIDDLES + LEAD).tolist()
    during, before, other = (int(np.abs(np.array(at) - second).argmin()) for second in (0.9, 0.76, 1.2))
    assert rounding[during] == 1
    assert rounding[before] > 0.5
    assert rounding[other] < 0.1


def test_lips_are_never_closed_and_at_the_teeth_at_once() -> None:
    track = gestures(closed=heard((0.5, 0.56)), lip_to_teeth=heard((0.56, 0.64)))
    assert track.closing.max() == 1
    assert track.to_teeth.max() == 1
    assert (track.closing + track.to_teeth).max() <= 1


def test_strength_falls_exponentially_with_the_time_from_a_sound() -> None:
    found = strength([Sound(1.0, 1.1)], np.array([[1.05, 1.1 + VOWEL.reach, 1.0 - 2 * VOWEL.reach]]), VOWEL)
    assert found[0] == pytest.approx(VOWEL.magnitude * np.exp([0.0, -1.0, -2.0]))


def test_what_is_unlikely_or_lasts_one_step_is_no_sound() -> None:
    assert sounds_of(0.3 * heard((0.2, 0.6))) == []
    assert sounds_of(heard((0.200, 0.210))) == []
    assert sounds_of(heard((0.2, 0.6))) == [Sound(0.2, 0.6)]


def test_sounds_after_the_end_of_the_film_move_nothing() -> None:
    phones = PhoneTrack(heard((1.5, 1.6)), heard(), heard((1.7, 1.8)), heard())
    track = gestures_of(phones, 25, RATE)
    assert max(track.closing.max(), track.to_teeth.max()) == 0
