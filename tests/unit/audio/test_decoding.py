import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from domain.errors import VoiceRefused
from unit.audio.recording import (
    CONTAINERS,
    FLAC,
    SAMPLES,
    WAV,
    Container,
    record,
    record_channels,
    wav_of,
)
from unit.audio.sounds import silence, sine, steady, white_noise


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_every_container_is_decoded_whatever_the_file_is_called(container: Container, tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 4]

    sound = decode(record(tmp_path / "svelte_audio.txt", voice, container))

    assert sound.seconds == pytest.approx(4.0, abs=0.11)
    assert sound.rate == min(container.rate, 48_000)
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.samples).max() == pytest.approx(np.abs(voice).max(), rel=0.35)


def test_wav_and_flac_of_one_sound_give_the_same_samples(tmp_path: Path) -> None:
    for rate in (16_000, 44_100, 48_000):
        wav, flac = Container("wav", "pcm_s16le", rate), Container("flac", "flac", rate)
        noise = white_noise(2.0)

        one = decode(record(tmp_path / f"{rate}.wav", noise, wav))
        other = decode(record(tmp_path / f"{rate}.flac", noise, flac))

        assert np.array_equal(one.pcm, other.pcm)
        assert np.array_equal(one.samples, other.samples)


def test_sixteen_bit_sound_at_16_khz_is_unchanged(tmp_path: Path) -> None:
    noise = white_noise(1.5)

    sound = decode(record(tmp_path / "noise", noise, FLAC))

    assert np.abs(sound.samples - noise).max() <= 0.5 / 32_768


def test_a_resampled_tone_keeps_its_pitch_and_level(tmp_path: Path) -> None:
    high = Container("wav", "pcm_s16le", 48_000)

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


@pytest.mark.parametrize(
    ("codec", "format", "rate", "channels"),
    [
        (codec, format, rate, channels)
        for codec, format, rate, most in (
            ("pcm_s16le", "wav", 16_000, 16),
            ("pcm_s16be", "caf", 16_000, 16),
            ("wavpack", "wv", 16_000, 16),
            ("flac", "flac", 16_000, 8),
            ("aac", "mp4", 44_100, 8),
            ("libopus", "webm", 48_000, 8),
        )
        for channels in (1, 2, 3, 6, 8, 12, 16)
        if channels <= most
    ],
)
def test_the_voice_on_one_of_many_channels_is_heard(
    codec: str, format: str, rate: int, channels: int, tmp_path: Path
) -> None:
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 2]
    sounds = 0.003 * np.random.default_rng(7).standard_normal((len(voice), channels))
    sounds[:, channels // 3] += voice

    sound = decode(record_channels(tmp_path / "recording", sounds, codec, format, rate))

    inside = slice(4_000, 28_000)
    assert sound.seconds == pytest.approx(2.0, abs=0.1)
    assert np.corrcoef(sound.samples[inside], voice[inside])[0, 1] > 0.9


def test_more_than_sixteen_channels_are_refused_with_that_reason(tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    path.write_bytes(wav_of(np.zeros((32_000, 17))))

    refused = refusal_of(path)

    assert refused.reason == "unsupported"
    assert "more than 16 channels" in str(refused)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("rate", [16_000, 96_000])
def test_a_sample_that_is_not_a_finite_number_counts_as_zero(value: float, rate: int, tmp_path: Path) -> None:
    samples = np.repeat(steady(150, 2.0), rate // 16_000)[:, None]
    good, bad = tmp_path / "good.wav", tmp_path / "bad.wav"
    samples[20_000] = 0
    good.write_bytes(wav_of(samples, rate))
    samples[20_000] = value
    bad.write_bytes(wav_of(samples, rate))

    assert np.array_equal(decode(bad).pcm, decode(good).pcm)


def test_a_rate_above_48_khz_is_brought_down_to_it_and_a_very_low_one_up_to_8_khz(tmp_path: Path) -> None:
    path = tmp_path / "recording.wav"
    kept = {}
    for rate in (4_000, 8_000, 11_025, 44_100, 48_000, 96_000, 384_000):
        path.write_bytes(wav_of(np.zeros((2 * rate, 1)), rate))
        kept[rate] = decode(path).rate
        assert decode(path).seconds == pytest.approx(2.0, abs=0.01)

    assert kept == {
        4_000: 8_000,
        8_000: 8_000,
        11_025: 11_025,
        44_100: 44_100,
        48_000: 48_000,
        96_000: 48_000,
        384_000: 48_000,
    }


def test_the_pauses_that_a_phone_sends_as_comfort_noise_are_heard(tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 2]
    with_pauses = np.concatenate([voice, silence(2.0), voice, silence(2.0), voice])
    with_comfort_noise = replace(CONTAINERS["amr"], options={"dtx": "1"})

    sound = decode(record(tmp_path / "recording", with_pauses, with_comfort_noise))

    every_frame = record(tmp_path / "every-frame", with_pauses, CONTAINERS["amr"])
    assert (tmp_path / "recording").stat().st_size < 0.8 * every_frame.stat().st_size
    assert sound.seconds == pytest.approx(10.0, abs=0.1)
    assert np.abs(sound.samples[16_000 * 8 :]).max() > 0.5 * np.abs(voice).max()


def test_damage_that_ffmpeg_does_not_know_costs_only_its_own_sound(tmp_path: Path) -> None:
    content = bytearray(record(tmp_path / "recording", steady(150, 6.0), CONTAINERS["webm"]).read_bytes())
    for number, match in enumerate(re.finditer(rb"\xa3[\x40-\xff].?\x81..\x80", content, re.DOTALL)):
        if number % 10 == 0:
            content[match.end()] |= 0x03  # a packet of Opus of arbitrary lengths
            content[match.end() + 1] = 0x3F
    path = tmp_path / "damaged"
    path.write_bytes(content)

    assert 4.0 < decode(path).seconds <= 6.1


def refusal_of(path: Path) -> VoiceRefused:
    with pytest.raises(VoiceRefused) as refused:
        decode(path)
    return refused.value
