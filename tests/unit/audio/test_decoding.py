import wave
from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from domain.errors import VoiceRefused
from domain.media import MEDIA_TYPES
from unit.audio.recording import CONTAINERS, FLAC, SAMPLES, WAV, Container, record
from unit.audio.sounds import sine, steady, white_noise


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_every_container_is_decoded_whatever_the_file_is_called(container: Container, tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 4]

    sound = decode(record(tmp_path / "svelte_audio.txt", voice, container))

    assert (MEDIA_TYPES[sound.suffix], sound.suffix) == (container.media_type, container.suffix)
    assert sound.seconds == pytest.approx(4.0, abs=0.08)
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.samples).max() == pytest.approx(np.abs(voice).max(), rel=0.35)


def test_wav_and_flac_of_one_sound_give_the_same_samples(tmp_path: Path) -> None:
    for rate in (16_000, 44_100, 48_000):
        wav = Container("wav", "pcm_s16le", rate, "audio/wav", ".wav")
        flac = Container("flac", "flac", rate, "audio/flac", ".flac")
        noise = white_noise(2.0)

        one = decode(record(tmp_path / f"{rate}.wav", noise, wav)).samples
        other = decode(record(tmp_path / f"{rate}.flac", noise, flac)).samples

        assert np.array_equal(one, other)


def test_sixteen_bit_sound_at_16_khz_is_unchanged(tmp_path: Path) -> None:
    noise = white_noise(1.5)

    sound = decode(record(tmp_path / "noise", noise, FLAC))

    assert np.abs(sound.samples - noise).max() <= 0.5 / 32_768


def test_a_resampled_tone_keeps_its_pitch_and_level(tmp_path: Path) -> None:
    high = Container("wav", "pcm_s16le", 48_000, "audio/wav", ".wav")

    samples = decode(record(tmp_path / "tone", sine(1_000, 2.0), high)).samples[4_000:28_000]

    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert np.argmax(spectrum) * 16_000 / len(samples) == pytest.approx(1_000, abs=1)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.01)


@pytest.mark.parametrize(
    ("seconds", "reason"), [(0.5, "too_short"), (0.9, "too_short"), (61, "too_long"), (90, "too_long")]
)
def test_a_recording_under_one_second_or_over_one_minute_is_refused(
    seconds: float, reason: str, tmp_path: Path
) -> None:
    path = record(tmp_path / "recording", steady(150, seconds))

    with pytest.raises(VoiceRefused) as refused:
        decode(path)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "container", [WAV, CONTAINERS["webm"], CONTAINERS["mp3"]], ids=["wav", "webm", "mp3"]
)
@pytest.mark.parametrize("seconds", [1.0, 60.0])
def test_one_second_and_one_minute_are_accepted_in_any_codec(
    container: Container, seconds: float, tmp_path: Path
) -> None:
    sound = decode(record(tmp_path / "recording", steady(150, seconds), container))

    assert sound.seconds == pytest.approx(seconds, abs=0.1)


def test_a_recording_cut_off_in_the_middle_is_decoded_up_to_the_cut(tmp_path: Path) -> None:
    whole = record(tmp_path / "whole", steady(150, 10.0), CONTAINERS["webm"]).read_bytes()
    cut = tmp_path / "cut"
    cut.write_bytes(whole[: len(whole) // 2])

    assert 3.0 < decode(cut).seconds < 7.0


def test_stereo_becomes_the_mean_of_its_channels(tmp_path: Path) -> None:
    left, right = sine(440, 2.0), sine(660, 2.0)
    interleaved = np.stack([left, right], axis=1)
    path = tmp_path / "stereo.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes((interleaved * 32_767).astype("<i2").tobytes())

    samples = decode(path).samples

    assert np.abs(samples - (left + right) / 2).max() < 1e-3
