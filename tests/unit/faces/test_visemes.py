"""The movement of the mouth for sounds whose mouth shape is known."""

import numpy as np

from adapters.audio.listening import listen
from adapters.faces.studio.engine import samples_of
from adapters.faces.studio.film.visemes import mouth_track
from application.ports.audio import SAMPLE_RATE
from unit.faces.samples import SAMPLE
from unit.faces.voices import babble, hiss, silence, vowel

RATE = 25


def test_the_mouth_is_shut_in_pauses_and_open_on_loud_open_vowels() -> None:
    track = mouth_track(babble(), 30, RATE)
    assert track.jaw[:3].max() < 0.03
    assert track.jaw[7:12].max() > 0.6
    assert track.jaw[28:].max() < 0.05
    assert track.pressing[:3].min() > 0.6


def test_an_open_vowel_opens_the_mouth_wider_than_a_closed_vowel_of_the_same_loudness() -> None:
    sound = np.concatenate([vowel(0.4, 850), silence(0.2), vowel(0.4, 280), silence(0.2)])
    track = mouth_track(sound, 30, RATE)
    assert track.jaw[4:9].mean() > 1.5 * track.jaw[19:24].mean()
    assert track.rounding[19:24].mean() > track.rounding[4:9].mean() + 0.2


def test_a_hiss_shows_the_teeth_and_keeps_the_jaw_nearly_closed() -> None:
    track = mouth_track(np.concatenate([hiss(0.4), silence(0.1), vowel(0.4, 800)]), 22, RATE)
    assert track.hissing[3:8].mean() > 0.5
    assert track.jaw[3:8].mean() < 0.3
    assert track.hissing[16:20].max() < 0.1


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
