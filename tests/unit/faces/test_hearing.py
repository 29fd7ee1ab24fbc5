"""What the ear hears, checked against where the mouth sounds open."""

import numpy as np
import pytest

from adapters.faces.studio.film import hearing
from adapters.faces.studio.film.hearing import heard_phones
from adapters.faces.studio.film.phones import PHONE_RATE, PhoneTrack
from application.ports.audio import SAMPLE_RATE
from unit.faces.voices import silence, vowel


def hear_as(monkeypatch: pytest.MonkeyPatch, closed: float, vowel: float) -> None:
    """Have an ear that hears the same in every step."""

    def everywhere(samples: np.ndarray) -> PhoneTrack:
        steps = len(samples) * PHONE_RATE // SAMPLE_RATE
        nothing = np.zeros(steps)
        return PhoneTrack(nothing + closed, nothing, nothing, nothing + vowel)

    monkeypatch.setattr(hearing, "phones_of", everywhere)


def murmur(seconds: float) -> np.ndarray:
    """Return a hum without anything over 500 Hz, like that of an m."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (0.2 * np.sin(2 * np.pi * 200 * time)).astype(np.float32)


def test_lips_stay_open_in_a_loud_vowel_whatever_the_ear_says(monkeypatch: pytest.MonkeyPatch) -> None:
    hear_as(monkeypatch, closed=0.9, vowel=0.0)
    heard = heard_phones(np.concatenate([vowel(0.5, 700), murmur(0.1), vowel(0.5, 700)]))
    assert heard.closed[10:40].max() == 0
    assert heard.vowel[10:40].min() >= 0.6


def test_lips_may_close_in_a_murmur_between_vowels(monkeypatch: pytest.MonkeyPatch) -> None:
    hear_as(monkeypatch, closed=0.9, vowel=0.0)
    heard = heard_phones(np.concatenate([vowel(0.5, 700), murmur(0.1), vowel(0.5, 700)]))
    assert heard.closed[54:56].min() == pytest.approx(0.9)
    assert heard.vowel[54:56].max() == 0


def test_a_vowel_that_the_ear_hears_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    hear_as(monkeypatch, closed=0.0, vowel=0.8)
    assert heard_phones(np.concatenate([vowel(0.5, 700), silence(0.3)])).vowel.min() == pytest.approx(0.8)


def test_silence_has_no_vowels_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    hear_as(monkeypatch, closed=0.0, vowel=0.0)
    assert heard_phones(silence(0.5)).vowel.max() == 0
    assert len(heard_phones(silence(0.0))) == 0
