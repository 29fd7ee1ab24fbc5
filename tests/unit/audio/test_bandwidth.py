from functools import cache
from pathlib import Path

import pytest

from adapters.audio.background_noise import noise_spectrum
from adapters.audio.bandwidth import bandwidth
from adapters.audio.decoding import decode
from adapters.audio.filtering import without_rumble
from adapters.audio.pitch import track_pitch
from adapters.audio.spectrum import power_spectra
from unit.audio.recording import RECORDINGS, SAMPLES, Container, record
from unit.audio.sounds import Samples, band, dark, pink_noise, telephone, white_noise, with_noise

HIGHEST_CEILING_HZ = 5_500.0
"""A band that reaches this far shows four formants of any adult."""

TELEPHONES = {"asterisk-fr-armelle", "asterisk-it-menardi"}
SPEAKERS = [*SAMPLES.glob("*.flac"), *(SAMPLES / "speakers").glob("*.ogg")]
FULL_BAND = sorted(path for path in SPEAKERS if path.stem not in TELEPHONES)

NARROW = {
    "asterisk-es-co",
    "codec2-kristoff",
    "ktuberling-es",
    "ktuberling-fi",
    "ktuberling-nl",
    "tuxpaint-ko",
}
"""Through a telephone, or at 8 kHz."""
STARVED = {"fillets-nl-big", "fillets-nl-small", "ktuberling-ga"}
"""A codec with few bits left most of their vowels empty above 4 to 5 kHz."""
REAL = sorted((RECORDINGS / "real").glob("*.ogg"))


@cache
def samples_of(path: Path) -> Samples:
    return decode(path).samples


def bandwidth_of(samples: Samples) -> float:
    samples = without_rumble(samples)
    voiced, spectra = track_pitch(samples).voiced, power_spectra(samples)
    return bandwidth(spectra, voiced, noise_spectrum(spectra, voiced))


def named(paths: list[Path], names: set[str]) -> list[Path]:
    return [path for path in paths if path.stem in names]


@pytest.mark.parametrize("path", FULL_BAND, ids=lambda path: path.stem)
def test_a_recording_of_the_full_band_is_recognised_as_one(path: Path) -> None:
    assert bandwidth_of(samples_of(path)) >= HIGHEST_CEILING_HZ


@pytest.mark.parametrize(
    "path", [path for path in REAL if path.stem not in NARROW | STARVED], ids=lambda path: path.stem
)
def test_a_recording_of_the_full_band_by_another_speaker_is_recognised_as_one(path: Path) -> None:
    assert bandwidth_of(samples_of(path)) >= HIGHEST_CEILING_HZ


@pytest.mark.parametrize(
    "path", [*named(SPEAKERS, TELEPHONES), *named(REAL, NARROW)], ids=lambda path: path.stem
)
def test_a_recording_of_a_narrow_band_is_recognised_as_one(path: Path) -> None:
    assert bandwidth_of(samples_of(path)) < 4_300


@pytest.mark.parametrize("path", FULL_BAND[::3], ids=lambda path: path.stem)
@pytest.mark.parametrize("noise", [white_noise(), pink_noise()], ids=["white", "pink"])
def test_noise_does_not_narrow_the_band(path: Path, noise: Samples) -> None:
    assert bandwidth_of(with_noise(samples_of(path), 20, noise)) >= HIGHEST_CEILING_HZ


@pytest.mark.parametrize("path", FULL_BAND[::3], ids=lambda path: path.stem)
def test_a_dark_voice_is_no_telephone(path: Path) -> None:
    assert bandwidth_of(dark(samples_of(path), 4)) > 4_500


@pytest.mark.parametrize("path", FULL_BAND[::3], ids=lambda path: path.stem)
@pytest.mark.parametrize("hertz", [2_800, 3_400, 4_000, 4_500, 5_000])
def test_the_end_of_a_band_is_found_within_a_sixth(path: Path, hertz: float) -> None:
    assert bandwidth_of(band(samples_of(path), 0, hertz)) == pytest.approx(hertz, rel=1 / 6)


@pytest.mark.parametrize("name", ["voice", "woman"])
@pytest.mark.parametrize(("low", "high"), [(300, 3_400), (0, 3_400), (300, 3_800)])
def test_the_end_of_a_telephones_band_is_found_without_and_with_noise_behind_it(
    name: str, low: float, high: float
) -> None:
    through = band(samples_of(SAMPLES / f"{name}.flac"), low, high)

    assert bandwidth_of(through) == pytest.approx(high, rel=0.03)
    assert bandwidth_of(with_noise(through, 25, white_noise())) == pytest.approx(high, rel=0.05)


@pytest.mark.parametrize("name", ["voice", "woman"])
def test_a_telephones_own_coding_does_not_hide_its_end(name: str) -> None:
    assert bandwidth_of(telephone(samples_of(SAMPLES / f"{name}.flac"))) == pytest.approx(3_400, rel=0.05)


@pytest.mark.parametrize("name", ["voice", "woman"])
@pytest.mark.parametrize(("rate", "bit_rate"), [(8_000, 8_000), (16_000, 8_000), (24_000, 16_000)])
def test_a_codec_with_few_bits_narrows_the_band(name: str, rate: int, bit_rate: int, tmp_path: Path) -> None:
    mp3 = Container("mp3", "libmp3lame", rate, bit_rate)
    samples = samples_of(SAMPLES / f"{name}.flac")

    assert bandwidth_of(decode(record(tmp_path / "voice.mp3", samples, mp3)).samples) < 4_300
