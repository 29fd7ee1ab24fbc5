"""The sounds that are heard in speech whose sounds are known, and in what is no speech."""

from pathlib import Path

import numpy as np
import pytest

from adapters.audio.listening import listen
from adapters.faces.studio.engine import samples_of
from adapters.faces.studio.film.phones import PHONE_RATE, Curve, Layer, phones_of
from application.ports.audio import SAMPLE_RATE
from unit.faces.samples import SAMPLES
from unit.faces.voices import hiss, silence, vowel

VOWELS = {"aa", "ae", "ah", "ao", "ax", "ay", "eh", "er", "ih", "iy", "ow", "uh", "uw"}


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    return samples_of(listen(SAMPLES / "known-sounds.ogg"))


def spoken(*names: str) -> list[slice]:
    """Return the steps of each of the named sounds in the recording."""
    rows = [line.split() for line in (SAMPLES / "known-sounds.txt").read_text().splitlines()]
    ends = [float(end) for end, _ in rows]
    steps = [round(second * PHONE_RATE) for second in [0.0, *ends]]
    return [slice(a, b) for a, b, (_, name) in zip(steps, steps[1:], rows, strict=False) if name in names]


def share(found: list[bool]) -> float:
    assert len(found) >= 5
    return sum(found) / len(found)


def middle(curve: Curve, steps: slice) -> float:
    return float(curve[(steps.start + steps.stop) // 2])


def test_lips_close_in_m_b_and_p(speech: np.ndarray) -> None:
    closed = phones_of(speech).closed
    assert share([bool(closed[steps].max() > 0.5) for steps in spoken("m", "b", "p")]) >= 0.95


def test_lips_are_open_in_vowels(speech: np.ndarray) -> None:
    track = phones_of(speech)
    assert share([middle(track.closed, steps) > 0.5 for steps in spoken(*VOWELS)]) <= 0.03
    assert share([bool(track.vowel[steps].max() > 0.5) for steps in spoken(*VOWELS)]) >= 0.95


def test_lips_are_round_in_o_u_and_w_and_seldom_in_other_sounds(speech: np.ndarray) -> None:
    rounded = phones_of(speech).rounded
    assert share([middle(rounded, steps) > 0.5 for steps in spoken("uw", "w", "uh", "ow", "ao")]) >= 0.9
    others = spoken(
        "iy", "ih", "eh", "ae", "aa", "ah", "ay", "ax", "er", "m", "n", "p", "b", "t", "d", "s", "z", "f", "v"
    )
    assert share([middle(rounded, steps) > 0.5 for steps in others]) <= 0.08


def test_the_lower_lip_meets_the_teeth_in_f_and_v(speech: np.ndarray) -> None:
    touching = phones_of(speech).lip_to_teeth
    assert share([bool(touching[steps].max() > 0.5) for steps in spoken("f", "v")]) >= 0.9
    assert share([bool(touching[steps].max() > 0.5) for steps in spoken(*VOWELS)]) <= 0.08


@pytest.mark.parametrize("gain", [0.02, 2.0])
def test_the_level_of_a_recording_does_not_matter(speech: np.ndarray, gain: float) -> None:
    loud, other = phones_of(speech).closed, phones_of(speech * np.float32(gain)).closed
    assert np.mean((loud > 0.5) != (other > 0.5)) < 0.01


def test_the_same_recording_always_gives_the_same_curves(speech: np.ndarray) -> None:
    first, second = phones_of(speech), phones_of(speech.copy())
    assert np.array_equal(first.closed, second.closed)
    assert np.array_equal(first.rounded, second.rounded)


def test_a_layer_gives_the_same_in_whatever_order_it_adds() -> None:
    random = np.random.default_rng(1)
    signal = random.integers(0, 2**16, (50, 288)).astype(np.float64)
    layer = Layer(
        weights=random.integers(-127, 128, (288, 96)).astype(np.float64),
        steps=random.uniform(0.001, 0.01, 96),
        biases=random.standard_normal(96),
    )
    order = random.permutation(288)
    other = Layer(weights=layer.weights[order], steps=layer.steps, biases=layer.biases)
    assert np.array_equal(layer.heard(signal, 2**-8), other.heard(signal[:, order], 2**-8))


def telephone(samples: np.ndarray) -> np.ndarray:
    """Return speech without what is above 3.6 kHz."""
    spectrum = np.fft.rfft(samples)
    spectrum[int(len(spectrum) * 3600 / (SAMPLE_RATE / 2)) :] = 0
    return np.asarray(np.fft.irfft(spectrum, len(samples)), dtype=np.float32)


def test_lips_close_and_open_on_the_telephone(speech: np.ndarray) -> None:
    track = phones_of(telephone(speech))
    assert share([bool(track.closed[steps].max() > 0.5) for steps in spoken("m", "b", "p")]) >= 0.85
    assert share([middle(track.closed, steps) > 0.5 for steps in spoken(*VOWELS)]) <= 0.08


def test_lips_close_and_open_in_fast_speech(speech: np.ndarray) -> None:
    fast = phones_of(played(speech, 1.3))
    scaled = [
        slice(int(steps.start / 1.3), int(np.ceil(steps.stop / 1.3))) for steps in spoken("m", "b", "p")
    ]
    assert share([bool(fast.closed[steps].max() > 0.5) for steps in scaled]) >= 0.85
    vowels = [slice(int(steps.start / 1.3), int(np.ceil(steps.stop / 1.3))) for steps in spoken(*VOWELS)]
    assert share([middle(fast.closed, steps) > 0.5 for steps in vowels]) <= 0.08


def played(samples: np.ndarray, pace: float) -> np.ndarray:
    """Return speech that is `pace` times as fast and as high."""
    at = np.arange(0, len(samples) - 1, pace)
    return np.asarray(np.interp(at, np.arange(len(samples)), samples), dtype=np.float32)


def test_half_a_recording_gives_nearly_the_same_as_the_whole(speech: np.ndarray) -> None:
    half = phones_of(speech[: len(speech) // 2]).closed[:-15]
    assert np.mean((half > 0.5) != (phones_of(speech).closed[: len(half)] > 0.5)) < 0.05


@pytest.mark.parametrize("sound", [silence(1.0), np.zeros(SAMPLE_RATE, dtype=np.float32), hiss(1.0)])
def test_silence_and_a_hiss_have_no_phones_of_the_lips(sound: np.ndarray) -> None:
    track = phones_of(sound.astype(np.float32))
    assert len(track) == PHONE_RATE
    for curve in (track.closed, track.rounded, track.lip_to_teeth, track.vowel):
        assert np.mean(curve > 0.5) < 0.1


def test_a_steady_vowel_is_one() -> None:
    track = phones_of(np.concatenate([silence(0.3), vowel(0.5, 750), silence(0.3)]).astype(np.float32))
    assert track.vowel[35:75].mean() > 0.5
    assert track.closed[40:70].max() < 0.5


@pytest.mark.parametrize("level", np.geomspace(1e-5, 1e-3, 9))
def test_whatever_is_barely_heard_still_has_a_track(level: float) -> None:
    assert len(phones_of((level * vowel(0.5, 750)).astype(np.float32))) == PHONE_RATE // 2


@pytest.mark.parametrize("count", [0, 1, 159, 160, 161, 400])
def test_the_shortest_recordings_have_a_step_for_every_hundredth_of_a_second_begun(count: int) -> None:
    track = phones_of(np.full(count, 0.1, dtype=np.float32))
    assert len(track) == -(-count // (SAMPLE_RATE // PHONE_RATE))
    assert all(0 <= value <= 1 for value in track.closed)


def test_the_weights_ship_with_their_provenance() -> None:
    folder = Path("src/adapters/faces/studio/film")
    assert (folder / "phones.npz").stat().st_size < 500_000
    assert "Licence" in (folder / "phones.md").read_text()
