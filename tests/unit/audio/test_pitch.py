from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from adapters.audio.filtering import without_rumble
from adapters.audio.framing import HOP
from adapters.audio.pitch import lacks_fundamental, track_pitch, track_pitch_by_envelope
from application.ports.audio import SAMPLE_RATE
from unit.audio import praat
from unit.audio.recording import RECORDINGS, SAMPLES
from unit.audio.sounds import band, glide, pink_noise, silence, sine, steady, times, white_noise, with_noise

REAL = sorted((RECORDINGS / "real").glob("*.ogg"))
SAMPLED = [*sorted(SAMPLES.glob("*.flac")), *sorted((SAMPLES / "speakers").glob("*.ogg"))]


@pytest.mark.parametrize("path", SAMPLED, ids=lambda path: path.stem)
def test_the_pitch_of_each_sample_agrees_with_praat_within_two_percent(path: Path) -> None:
    samples = decode(path).samples

    pitch = track_pitch(without_rumble(samples))

    assert np.median(pitch.hertz[pitch.voiced]) == pytest.approx(praat.median_pitch(samples), rel=0.02)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_the_pitch_of_other_speakers_agrees_with_praat_where_both_hear_one(path: Path) -> None:
    samples = decode(path).samples

    pitch = track_pitch(without_rumble(samples))

    reference = praat.pitch_contour(samples, np.arange(len(pitch.hertz)) * HOP / SAMPLE_RATE)
    both = pitch.voiced & (reference > 0)
    assert both.sum() > 100
    assert np.median(np.abs(pitch.hertz[both] / reference[both] - 1)) < 0.02


@pytest.mark.parametrize("hertz", [52, 57, 62, 67, 72, 80, 100, 137.5, 180, 220, 261.6, 330, 440, 550])
def test_a_steady_voice_is_measured_within_a_thousandth(hertz: float) -> None:
    pitch = track_pitch(steady(hertz))

    assert pitch.voiced.mean() > 0.97
    assert np.median(pitch.hertz[pitch.voiced]) == pytest.approx(hertz, rel=1e-3)


@pytest.mark.parametrize(("low", "high"), [(80, 160), (300, 150), (200, 500)])
def test_a_glide_is_followed_within_two_percent(low: float, high: float) -> None:
    pitch = track_pitch(glide(low, high))

    truth = low * (high / low) ** (np.arange(len(pitch.hertz)) / (len(pitch.hertz) - 1))
    inside = slice(5, -5)
    assert pitch.voiced[inside].all()
    assert np.abs(pitch.hertz / truth - 1)[inside].max() < 0.02


@pytest.mark.parametrize("noise", [white_noise(), pink_noise()], ids=["white", "pink"])
def test_noise_at_ten_decibels_does_not_move_the_pitch(noise: np.ndarray) -> None:
    pitch = track_pitch(without_rumble(with_noise(steady(150), 10, noise)))

    assert np.median(pitch.hertz[pitch.voiced]) == pytest.approx(150, rel=5e-3)


def test_the_pitch_is_found_when_the_fundamental_is_missing() -> None:
    time = times(2.0)
    telephone = np.sum([np.sin(2 * np.pi * 110 * k * time) for k in range(3, 30)], axis=0)

    pitch = track_pitch(telephone.astype(np.float32))

    assert np.median(pitch.hertz[pitch.voiced]) == pytest.approx(110, rel=5e-3)


def test_pauses_are_unvoiced_also_when_there_is_hum() -> None:
    voice = np.concatenate([silence(1.0), steady(200, 2.0), silence(1.0)])
    hummed = voice + 0.01 * np.resize(sine(100, 1.0), voice.shape)

    pitch = track_pitch(hummed)

    middle = len(pitch.hertz) // 2
    assert pitch.hertz[middle] == pytest.approx(200, rel=0.01)
    assert 1.9 < pitch.voiced.sum() / 100 < 2.1


def test_noise_and_silence_have_no_pitch() -> None:
    assert track_pitch(white_noise()).voiced.mean() < 0.01
    assert not track_pitch(silence(2.0)).voiced.any()


@pytest.mark.parametrize("hertz", [58, 63, 68, 73, 76, 80])
@pytest.mark.parametrize("name", ["klettres-hu", "tuxpaint-nl", "klettres-nds"])
def test_the_pitch_of_a_deep_voice_is_found(name: str, hertz: float) -> None:
    samples = praat.lowered(decode(SAMPLES / "speakers" / f"{name}.ogg").samples, hertz)

    pitch = track_pitch(without_rumble(samples))

    assert np.median(pitch.hertz[pitch.voiced]) == pytest.approx(hertz, rel=0.05)


@pytest.mark.parametrize("path", SAMPLED, ids=lambda path: path.stem)
def test_a_voice_without_its_fundamental_keeps_its_pitch_and_spread(path: Path) -> None:
    samples = without_rumble(decode(path).samples)
    whole = track_pitch(samples)

    narrow = without_rumble(band(samples, 300, 3_400))
    pitch = track_pitch_by_envelope(narrow)

    assert lacks_fundamental(narrow)
    assert not lacks_fundamental(samples)
    both = pitch.voiced & whole.voiced
    assert np.median(pitch.hertz[both] / whole.hertz[both]) == pytest.approx(1, rel=0.01)
    assert np.mean(np.abs(pitch.hertz[both] / whole.hertz[both] - 1) > 0.1) < 0.2
