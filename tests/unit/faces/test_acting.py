"""What a face does while it speaks."""

import numpy as np
import pytest

from adapters.faces.studio.anatomy.character import PORTRAIT_POSE, PROBE_POSES, TURN_REACH
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.film.acting import LOOK_DOWN, LOOK_UP, perform
from adapters.faces.studio.film.encoder import FADE_SECONDS
from adapters.faces.studio.film.visemes import mouth_track
from domain.voice import Gender, Person
from unit.faces.voices import silence, vowel

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
    assert np.array_equal(performance.gaze[199], [0, 0])


def test_the_mouth_speaks_until_the_sound_fades() -> None:
    performance = perform(MOUTH, RATE, 1)
    shown = [performance.expression(frame, RESTING)["face/jawOpen"] for frame in range(200)]
    spoken = [MOUTH.weights(frame)["face/jawOpen"] for frame in range(200)]
    fading = 199 - int(FADE_SECONDS * RATE)
    assert shown[:fading] == spoken[:fading]
    assert spoken[fading] > 0.2
    assert sorted(shown[fading:], reverse=True) == shown[fading:]
    assert shown[-1] == 0


@pytest.mark.parametrize("frame", [0, 199])
def test_a_performance_begins_and_ends_in_the_pose_of_the_portrait(frame: int) -> None:
    pose = perform(MOUTH, RATE, 1).pose(frame)
    assert pose.matrix() == pytest.approx(PORTRAIT_POSE.matrix(), abs=1e-6)


def test_heads_turn_by_five_to_nine_degrees_and_never_jerk() -> None:
    for seed in range(30):
        performance = perform(MOUTH, RATE, seed)
        yaw = np.degrees([performance.pose(frame).yaw for frame in range(200)])
        assert 5 < np.abs(yaw - np.degrees(PORTRAIT_POSE.yaw)).max() < 9
        assert np.ptp(yaw) > 4
        assert np.abs(np.diff(yaw)).max() * RATE < 35  # degrees a second
        assert np.abs(np.diff(yaw, 2)).max() * RATE**2 < 300


def test_no_head_turns_further_than_where_its_hair_was_looked_at() -> None:
    for seed in range(30):
        performance = perform(MOUTH, RATE, seed)
        poses = [performance.pose(frame) for frame in range(200)]
        for of in ("yaw", "pitch", "roll"):
            probed = [getattr(pose, of) for pose in PROBE_POSES]
            reached = [getattr(pose, of) for pose in poses]
            assert min(probed) <= min(reached) <= max(reached) <= max(probed)


def test_the_head_nods_where_the_voice_gets_loud() -> None:
    words = np.concatenate([silence(0.6), vowel(0.4, 800)] * 8)
    mouth = mouth_track(words, 200, RATE)
    loud = np.convolve(mouth.loudness, np.ones(9) / 9, mode="same")
    alike = [np.corrcoef(perform(mouth, RATE, seed).pitch[25:175], loud[25:175])[0, 1] for seed in range(12)]
    assert np.mean(alike) > 0.3


def test_eyes_look_past_the_viewer_by_two_degrees_at_most_and_often_not_at_all() -> None:
    gaze = perform(MOUTH, RATE, 5).gaze
    assert 0.5 < np.degrees(np.abs(gaze).max()) < 2
    assert 0.1 < (gaze == 0).all(axis=1).mean() < 0.9


def test_lids_follow_eyes_that_look_up_from_a_lowered_head() -> None:
    performance = perform(MOUTH, RATE, 3)
    lowest, highest = int(np.argmax(performance.pitch)), int(np.argmin(performance.pitch))
    performance.gaze[:] = 0
    performance.blink[:] = 0
    down, up = performance.expression(lowest, RESTING), performance.expression(highest, RESTING)
    assert down["face/eyeLookUpLeft"] > 0.05
    assert down["face/eyeLookDownLeft"] == 0
    assert up["face/eyeLookDownRight"] > 0.05
    assert up["face/eyeLookUpRight"] == 0
    assert TURN_REACH.pitch < LOOK_UP < LOOK_DOWN


def test_an_open_mouth_smiles_less() -> None:
    performance = perform(MOUTH, RATE, 1)
    speaking = performance.expression(100, RESTING)
    assert speaking["face/mouthSmileLeft"] < RESTING["face/mouthSmileLeft"]
