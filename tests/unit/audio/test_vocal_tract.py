from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from adapters.audio.filtering import without_rumble
from adapters.audio.framing import HOP
from adapters.audio.pitch import track_pitch
from adapters.audio.vocal_tract import burg, fitted_length, tract_length
from unit.audio import praat
from unit.audio.recording import SAMPLES
from unit.audio.sounds import Samples, tube, white_noise, with_noise

MEN = [
    *(SAMPLES / f"{name}.flac" for name in ("voice", "voice-second-take")),
    *(
        SAMPLES / "speakers" / f"{name}.ogg"
        for name in ("klettres-da", "klettres-en", "klettres-fr", "klettres-hu", "klettres-nds")
    ),
    *(SAMPLES / "speakers" / f"tuxpaint-{name}.ogg" for name in ("bg", "nl", "ru")),
]
WOMEN = [
    SAMPLES / "woman.flac",
    *(SAMPLES / "speakers" / f"asterisk-{name}.ogg" for name in ("en", "fr-ca", "ru")),
    *(SAMPLES / "speakers" / f"klettres-{name}.ogg" for name in ("cs", "en-gb", "it", "nb", "nl", "uk")),
    *(SAMPLES / "speakers" / f"tuxpaint-{name}.ogg" for name in ("be", "es")),
]


def measured(samples: Samples, bandwidth_hz: float = 8_000.0) -> float | None:
    pitch = track_pitch(samples)
    centres = np.flatnonzero(pitch.voiced) * HOP
    return tract_length(samples, centres, float(np.median(pitch.hertz[pitch.voiced])), bandwidth_hz)


@pytest.mark.parametrize(
    ("path", "ceiling"),
    [*((path, 5_000.0) for path in MEN), *((path, 5_500.0) for path in WOMEN)],
    ids=[path.stem for path in [*MEN, *WOMEN]],
)
def test_the_tract_length_of_each_adult_agrees_with_praat_within_five_percent(
    path: Path, ceiling: float
) -> None:
    samples = decode(path).samples

    assert measured(without_rumble(samples)) == pytest.approx(praat.tract_length(samples, ceiling), rel=0.05)


@pytest.mark.parametrize(
    ("length", "pitch"),
    [(18.5, 95), (17.5, 110), (17, 120), (16, 180), (15, 200), (14, 210), (13, 230), (12.5, 260), (11, 300)],
)
def test_a_tube_of_known_length_is_measured_within_three_percent(length: float, pitch: float) -> None:
    assert measured(tube(length, pitch)) == pytest.approx(length, rel=0.03)


def test_a_tube_is_measured_in_noise() -> None:
    assert measured(with_noise(tube(17.0, 120), 20, white_noise())) == pytest.approx(17.0, rel=0.05)


def test_a_tube_is_measured_through_a_telephone() -> None:
    assert measured(tube(17.0, 120), bandwidth_hz=3_400.0) == pytest.approx(17.0, rel=0.05)


def test_the_resonances_of_a_tube_give_its_length_exactly() -> None:
    assert fitted_length(np.array([500.0, 1_500.0, 2_500.0, 3_500.0])) == pytest.approx(17.5)


def test_too_few_voiced_frames_give_no_length() -> None:
    assert tract_length(tube(17.0, 120), np.array([4_000, 4_160]), 120.0, 8_000.0) is None


def test_burgs_method_finds_the_polynomial_that_made_a_signal() -> None:
    random = np.random.default_rng(6)
    truth = np.array([1.0, -1.5, 0.9])
    signal = np.zeros(20_000)
    for t, pulse in enumerate(random.standard_normal(len(signal))):
        signal[t] = pulse - truth[1] * signal[t - 1] - truth[2] * signal[t - 2]

    assert burg(signal[None], 2)[0] == pytest.approx(truth, abs=0.02)
