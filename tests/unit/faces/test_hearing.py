"""What the ear hears, checked against where the mouth sounds open."""

import numpy as np
import pytest

from adapters.faces.studio.film import hearing
from adapters.faces.studio.film.articulation import CLOSURE_HEARD
from adapters.faces.studio.film.hearing import SUREST, heard_phones
from adapters.faces.studio.film.phones import PHONE_RATE, PhoneTrack
from application.ports.audio import SAMPLE_RATE
from unit.faces.voices import silence, vowel


def hear_as(monkeypatch: pytest.MonkeyPatch, closed: float | np.ndarray, vowel: float) -> None:
    """Have an ear that hears the same in every step, or closures as they are given for each."""

    def everywhere(samples: np.ndarray) -> PhoneTrack:
        steps = len(samples) * PHONE_RATE // SAMPLE_RATE
        nothing = np.zeros(steps)
        return PhoneTrack(nothing + closed, nothing, nothing, nothing + vowel)

    monkeypatch.setattr(hearing, "phones_of", everywhere)


def murmur(seconds: float, amplitude: float = 0.1) -> np.ndarray:
    """Return a hum without anything over 500 Hz, like that of an m; 0.2 is as loud as the vowels here."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (amplitude * np.sin(2 * np.pi * 200 * time)).astype(np.float32)


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


@pytest.mark.parametrize(("amplitude", "steps"), [(0.02, 8), (0.2, SUREST)])
def test_a_murmur_as_loud_as_vowels_closes_the_lips_for_its_surest_moment_only(
    monkeypatch: pytest.MonkeyPatch, amplitude: float, steps: int
) -> None:
    surely = np.zeros(110)
    surely[51:59] = [0.9, 0.9, 0.99, 0.99, 0.99, 0.99, 0.9, 0.9]
    hear_as(monkeypatch, closed=surely, vowel=0.0)
    heard = heard_phones(np.concatenate([vowel(0.5, 700), murmur(0.1, amplitude), vowel(0.5, 700)]))
    closed = np.flatnonzero(heard.closed >= CLOSURE_HEARD)
    assert len(closed) == steps
    assert set(range(53, 57)) <= set(closed)


def test_a_murmur_that_is_not_so_loud_loses_only_the_ends_that_the_ear_is_unsure_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    surely = np.zeros(110)
    surely[50:60] = [0.6, 0.6, 0.99, 0.99, 0.7, 0.7, 0.99, 0.99, 0.99, 0.6]
    hear_as(monkeypatch, closed=surely, vowel=0.0)
    heard = heard_phones(np.concatenate([vowel(0.5, 700), murmur(0.1), vowel(0.5, 700)]))
    assert np.flatnonzero(heard.closed >= CLOSURE_HEARD).tolist() == list(range(52, 59))


def test_a_vowel_that_the_ear_hears_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    hear_as(monkeypatch, closed=0.0, vowel=0.8)
    assert heard_phones(np.concatenate([vowel(0.5, 700), silence(0.3)])).vowel.min() == pytest.approx(0.8)


def test_silence_has_no_vowels_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    hear_as(monkeypatch, closed=0.0, vowel=0.0)
    assert heard_phones(silence(0.5)).vowel.max() == 0
    assert len(heard_phones(silence(0.0))) == 0
