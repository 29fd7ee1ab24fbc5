"""The movement of the mouth for sounds whose mouth shape is known."""

from dataclasses import fields

import numpy as np
import pytest

from adapters.audio.listening import listen
from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.design.mapping import design_face
from adapters.faces.studio.design.targets import MOUTH_FUNNEL, MOUTH_PUCKER
from adapters.faces.studio.design.traits import NEUTRAL
from adapters.faces.studio.engine import samples_of
from adapters.faces.studio.film.visemes import MouthTrack, mouth_track
from application.ports.audio import SAMPLE_RATE
from domain.voice import Gender, Person
from unit.faces.samples import SAMPLE
from unit.faces.voices import babble, hiss, silence, vowel

RATE = 25
AH = (730, 1090, 2440)
"""Formants of the vowel of «father», in hertz (Peterson and Barney 1952): open, and not round."""


def test_the_mouth_is_shut_in_pauses_and_open_on_loud_open_vowels() -> None:
    track = mouth_track(babble(), 30, RATE)
    assert track.jaw[:3].max() < 0.03
    assert track.jaw[7:12].max() > 0.6
    assert track.jaw[28:].max() < 0.05
    assert track.pressing[:3].min() > 0.6


def test_an_open_vowel_opens_the_mouth_wider_than_a_closed_vowel_of_the_same_loudness() -> None:
    sound = np.concatenate([vowel(0.4, *AH), silence(0.2), vowel(0.4, 280), silence(0.2)])
    track = mouth_track(sound, 30, RATE)
    assert track.jaw[4:9].mean() > 1.5 * track.jaw[19:24].mean()
    assert track.rounding[4:9].mean() < 0.2
    assert track.rounding[19:24].mean() > 0.8


def test_a_hiss_shows_the_teeth_and_keeps_the_jaw_nearly_closed() -> None:
    track = mouth_track(np.concatenate([hiss(0.4), silence(0.1), vowel(0.4, 800)]), 22, RATE)
    assert track.hissing[3:8].mean() > 0.5
    assert track.jaw[3:8].mean() < 0.3
    assert track.hissing[16:20].max() < 0.1


def mouth(frames: int, **curves: np.ndarray) -> MouthTrack:
    """Return a mouth that does nothing but what is given."""
    still = {field.name: np.zeros(frames) for field in fields(MouthTrack)}
    return MouthTrack(**{**still, **curves})


def test_half_a_closure_leaves_half_of_the_opening_between_the_lips() -> None:
    head, resting = load_head(), design_face(Person(40, Gender.WOMAN), NEUTRAL)
    control = head.control(resting.shape)
    closing = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    track = mouth(5, jaw=np.full(5, 0.5), closing=closing)
    gaps = []
    for frame in range(5):
        units = track.weights(frame)
        posed = {name: resting.expression.get(name, 0) + weight for name, weight in units.items()}
        gaps.append(np.maximum(head.lips.gap(head.expressed(control, resting.expression | posed)), 0).mean())
    assert np.array(gaps) / gaps[0] == pytest.approx(1 - closing, abs=0.12)


def test_round_lips_are_nearly_together_before_a_voice_and_apart_in_a_vowel() -> None:
    track = mouth(2, jaw=np.array([0.0, 0.4]), rounding=np.ones(2))
    silent, voiced = (track.weights(frame) for frame in range(2))
    assert silent[MOUTH_FUNNEL] < 0.4 * voiced[MOUTH_FUNNEL]
    assert silent[MOUTH_PUCKER] >= voiced[MOUTH_PUCKER]


def test_silence_keeps_the_mouth_shut_and_all_weights_finite() -> None:
    track = mouth_track(silence(1.0), 25, RATE)
    assert track.jaw.max() == 0
    assert all(np.isfinite(list(track.weights(frame).values())).all() for frame in range(25))


def test_after_the_sound_ends_the_mouth_is_closed() -> None:
    assert mouth_track(vowel(0.5, 800), 25, RATE).jaw[-5:].max() < 0.02


def test_the_jaw_follows_the_loudness_of_real_speech_and_is_a_little_ahead_of_it() -> None:
    samples = samples_of(listen(SAMPLE))[: 8 * SAMPLE_RATE]
    frames = 8 * RATE
    jaw = mouth_track(samples, frames, RATE).jaw
    blocks = samples.reshape(frames, -1).astype(np.float64)
    envelope = np.sqrt((blocks**2).mean(axis=1))
    lags = range(-4, 5)
    agreement = [np.corrcoef(jaw[4 + lag : frames - 4 + lag], envelope[4 : frames - 4])[0, 1] for lag in lags]
    assert max(agreement) >= 0.7
    assert lags[int(np.argmax(agreement))] in {-2, -1}
