from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from adapters.audio.arrays import Floats
from adapters.audio.decoding import decode
from adapters.audio.filtering import without_rumble
from adapters.audio.framing import HOP
from adapters.audio.measuring import find_voice, measure
from adapters.audio.pitch import track_pitch
from adapters.audio.vocal_tract import burg, fitted_length, tract_length
from unit.audio import praat
from unit.audio.recording import RECORDINGS, SAMPLES, Container, record
from unit.audio.sounds import Samples, band, telephone, tube, white_noise, with_noise

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

UNCHANGED = np.ones(2)


def measured(samples: Samples, bandwidth_hz: float = 8_000.0) -> float | None:
    pitch = track_pitch(samples)
    centres = np.flatnonzero(pitch.voiced) * HOP
    return tract_length(
        samples, centres, float(np.median(pitch.hertz[pitch.voiced])), bandwidth_hz, UNCHANGED
    )


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


@pytest.mark.parametrize("pitch", [52, 60, 70])
def test_a_tube_is_measured_at_a_very_low_pitch(pitch: float) -> None:
    samples = tube(17.5, pitch)
    centres = np.arange(HOP, len(samples), HOP)

    assert tract_length(samples, centres, pitch, 8_000.0, UNCHANGED) == pytest.approx(17.5, rel=0.03)


def test_a_band_that_shows_two_formants_gives_no_length() -> None:
    assert measured(tube(17.0, 120), bandwidth_hz=2_600.0) is None


def test_a_tube_is_measured_through_a_telephone() -> None:
    assert measured(tube(17.0, 120), bandwidth_hz=3_400.0) == pytest.approx(17.0, rel=0.05)


def test_the_resonances_of_a_tube_give_its_length_exactly() -> None:
    assert fitted_length(np.array([500.0, 1_500.0, 2_500.0, 3_500.0])) == pytest.approx(17.5)


def test_too_few_voiced_frames_give_no_length() -> None:
    assert tract_length(tube(17.0, 120), np.array([4_000, 4_160]), 120.0, 8_000.0, UNCHANGED) is None


def test_burgs_method_finds_the_polynomial_that_made_a_signal() -> None:
    random = np.random.default_rng(6)
    truth = np.array([1.0, -1.5, 0.9])
    signal = np.zeros(20_000)
    for t, pulse in enumerate(random.standard_normal(len(signal))):
        signal[t] = pulse - truth[1] * signal[t - 1] - truth[2] * signal[t - 2]

    assert burg(signal[None], 2)[0] == pytest.approx(truth, abs=0.02)


REAL = RECORDINGS / "real"
OTHER_MEN = [
    "klettres-de-man",
    "klettres-ml",
    "ktuberling-de",
    "ktuberling-en",
    "ktuberling-ga",
    "ktuberling-lt",
    "ktuberling-sl",
]
OTHER_MEN += [f"tuxpaint-{name}" for name in ("ca", "en", "en-gb", "it", "nb", "pt")]
OTHER_MEN += [
    "fillets-cs-big",
    "fillets-nl-big",
    "pocketsphinx-cards",
    "gcin-3",
    "gcin-3-creaky",
    "festvox-ru",
]
OTHER_WOMEN = [f"klettres-{name}" for name in ("ar", "de-woman", "es", "he", "pt-br", "ru")]
OTHER_WOMEN += [f"ktuberling-{name}" for name in ("ca", "gl", "nn", "ro")]
OTHER_WOMEN += ["tuxpaint-el", "tuxpaint-fr-woman", "fillets-cs-small", "fillets-nl-small", "gcin-5"]


def test_the_tract_lengths_of_other_speakers_agree_with_praat_within_one_percent_on_average() -> None:
    errors = []
    for ceiling, names in ((5_000.0, OTHER_MEN), (5_500.0, OTHER_WOMEN)):
        for name in names:
            samples = decode(REAL / f"{name}.ogg").samples
            errors.append(length_of(samples) / praat.tract_length(samples, ceiling) - 1)

    assert len(errors) >= 28
    assert abs(np.mean(errors)) < 0.01
    assert np.count_nonzero(np.abs(errors) > 0.05) <= 2


CHANGES: dict[str, Callable[[Samples], Samples]] = {
    "none": lambda samples: samples,
    "telephone": telephone,
    "up to 4.5 kHz": lambda samples: band(samples, 0, 4_500),
    "white noise": lambda samples: with_noise(samples, 20, white_noise()),
}


@cache
def lengths(change: str) -> Floats:
    """Return the tract lengths of the speakers in a changed recording, NaN where there is none."""
    speakers = [path for path in [*MEN, *WOMEN] if path.suffix == ".ogg"]
    return np.array([length_of(CHANGES[change](decode(path).samples)) for path in speakers])


def length_of(samples: Samples) -> float:
    length = measure(find_voice(samples)).tract_length_cm
    return np.nan if length is None else length


@pytest.mark.parametrize("change", ["telephone", "up to 4.5 kHz"])
def test_a_narrow_band_changes_a_tract_length_by_a_few_percent_or_gives_none(change: str) -> None:
    errors = lengths(change) / lengths("none") - 1

    assert np.isfinite(errors).sum() >= 15
    assert abs(np.nanmean(errors)) < 0.025
    assert np.nanstd(errors) < 0.06


def test_white_noise_at_twenty_decibels_shortens_tracts_by_two_percent_on_average() -> None:
    errors = lengths("white noise") / lengths("none") - 1

    assert abs(errors.mean()) < 0.025


@pytest.mark.parametrize("name", ["voice", "woman"])
def test_mp3_of_eight_kilobits_gives_no_tract_length(name: str, tmp_path: Path) -> None:
    mp3 = Container("mp3", "libmp3lame", 8_000, 8_000)
    samples = decode(SAMPLES / f"{name}.flac").samples

    heard = decode(record(tmp_path / "voice.mp3", samples, mp3)).samples

    assert measure(find_voice(heard)).tract_length_cm is None
