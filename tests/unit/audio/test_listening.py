import pickle
from pathlib import Path

import numpy as np
import pytest

from adapters.audio.arrays import Samples
from adapters.audio.decoding import decode
from adapters.audio.listening import listen
from adapters.audio.resampling import resampled
from application.ports.audio import SAMPLE_RATE, SOUND_RATE, SOUND_SECONDS
from domain.errors import VoiceRefused
from domain.voice import Acoustics
from unit.audio.recording import CONTAINERS, FLAC, SAMPLES, WAV, Container, record, wav_of
from unit.audio.sounds import white_noise

VOICE = SAMPLES / "voice.flac"


def test_speech_is_the_decoded_sound_with_its_acoustics() -> None:
    speech = listen(VOICE)

    samples = np.frombuffer(speech.samples, dtype=np.float32)
    assert np.array_equal(samples, decode(VOICE).samples)
    assert speech.acoustics.pitch_hz == pytest.approx(97, abs=2)
    assert speech.acoustics.tract_length_cm == pytest.approx(17.4, abs=0.5)
    assert len(speech.acoustics.timbre) == 12
    assert 7 < speech.acoustics.voiced_seconds < 10


def test_the_sound_of_a_video_is_the_beginning_at_48_khz_and_starts_with_the_samples() -> None:
    speech = listen(VOICE)

    sound = np.frombuffer(speech.sound, dtype=np.float32)
    samples = np.frombuffer(speech.samples, dtype=np.float32)
    assert len(sound) == SOUND_SECONDS * SOUND_RATE
    assert np.abs(sound[::3] - samples[: len(sound[::3])]).max() < 0.02


def band_level(sound: bytes, low: float, high: float) -> float:
    """Decibels of a band's energy in a sound at 48 kHz."""
    samples = np.frombuffer(sound, dtype=np.float32)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / SOUND_RATE)
    return float(10 * np.log10(power[(hertz >= low) & (hertz < high)].sum() + 1e-9))


def voice_with(high: float, rate: int, seconds: float = 4.0, peak: float = 0.9) -> Samples:
    """A voice at a sample rate, with a tone beside it."""
    voice = decode(VOICE).samples[: int(seconds * SAMPLE_RATE)]
    at_rate = resampled(voice, SAMPLE_RATE, rate)
    time = np.arange(len(at_rate)) / rate
    mixed = at_rate + 0.02 * np.sin(2 * np.pi * high * time)
    return np.asarray(peak * mixed / np.abs(mixed).max(), dtype=np.float32)


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_frequencies_that_measuring_leaves_out_are_kept_in_the_sound(rate: int, tmp_path: Path) -> None:
    path = tmp_path / "high.wav"
    path.write_bytes(wav_of(voice_with(12_000, rate)[:, None], rate))
    speech = listen(path)
    tone, beside = band_level(speech.sound, 11_900, 12_100), band_level(speech.sound, 13_000, 20_000)
    assert tone > beside + 20
    assert len(speech.sound) == pytest.approx(4 * 4.0 * SOUND_RATE, abs=400)


def test_a_recording_of_8_khz_gives_a_sound_without_what_it_cannot_have(tmp_path: Path) -> None:
    path = tmp_path / "telephone.wav"
    path.write_bytes(wav_of(voice_with(1000, 8_000)[:, None], 8_000))
    speech = listen(path)
    assert len(speech.sound) == pytest.approx(4 * 4.0 * SOUND_RATE, abs=400)
    assert band_level(speech.sound, 5_000, 24_000) < band_level(speech.sound, 100, 3_500) - 45


def test_wav_and_flac_of_one_sound_give_equal_speech(tmp_path: Path) -> None:
    samples = decode(VOICE).samples

    assert listen(record(tmp_path / "one", samples, WAV)) == listen(record(tmp_path / "other", samples, FLAC))


@pytest.mark.parametrize("kind", ["webm", "ogg opus", "mp4", "mp3"])
@pytest.mark.parametrize("name", ["voice", "woman"])
def test_another_codec_gives_nearly_the_same_acoustics(name: str, kind: str, tmp_path: Path) -> None:
    original = listen(SAMPLES / f"{name}.flac").acoustics
    container: Container = CONTAINERS[kind]
    path = record(tmp_path / "recording", decode(SAMPLES / f"{name}.flac").samples, container)

    coded: Acoustics = listen(path).acoustics

    assert coded.pitch_hz == pytest.approx(original.pitch_hz, rel=0.005)
    assert coded.tract_length_cm == pytest.approx(original.tract_length_cm, rel=0.02)
    assert coded.spectral_slope_db_per_octave == pytest.approx(original.spectral_slope_db_per_octave, abs=0.3)
    assert coded.harmonics_to_noise_db == pytest.approx(original.harmonics_to_noise_db, abs=1.0)
    assert np.abs(np.subtract(coded.timbre, original.timbre)).max() < 0.15


def test_a_refusal_can_be_pickled_and_keeps_its_reason(tmp_path: Path) -> None:
    with pytest.raises(VoiceRefused) as refused:
        listen(record(tmp_path / "noise", white_noise()))

    copy = pickle.loads(pickle.dumps(refused.value))

    assert (copy.reason, str(copy)) == ("noise", str(refused.value))
    assert pickle.loads(pickle.dumps(listen)) is listen
