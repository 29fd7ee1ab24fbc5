"""Which sounds are refused, with which reason, and which must never be refused."""

from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from adapters.audio.measuring import find_voice
from domain.errors import VoiceRefused
from unit.audio.recording import RECORDINGS, SAMPLES
from unit.audio.sounds import (
    Samples,
    barking,
    beep,
    chirp,
    chords,
    countdown,
    dialling,
    mains_hum,
    melody,
    pink_noise,
    ringback,
    silence,
    sine,
    steady,
    telephone,
    white_noise,
    with_noise,
)

SPEAKERS = sorted((SAMPLES / "speakers").glob("*.ogg"))
VOICES = [
    *sorted(SAMPLES.glob("*.flac")),
    *SPEAKERS,
    *(RECORDINGS / f"{name}.ogg" for name in ("child", "old-man", "old-woman")),
]


def recorded(name: str) -> Samples:
    return decode(RECORDINGS / f"{name}.ogg").samples


@pytest.mark.parametrize(
    ("sound", "reason"),
    [
        (silence(3.0), "silent"),
        (white_noise() * 1e-4, "silent"),
        (white_noise(), "noise"),
        (pink_noise(), "noise"),
        (white_noise() * 0.01, "too_quiet"),
        (sine(120), "tone"),
        (sine(440), "tone"),
        (with_noise(sine(200), 20, white_noise()), "tone"),
        (steady(220, 3.0), "tone"),
        (chirp(100, 1_500), "tone"),
        (np.tile(np.concatenate([chirp(150, 400, 0.35), silence(0.15)]), 6), "tone"),
        (chords(), "music"),
        (recorded("music"), "music"),
        (recorded("dog"), "no_voice"),
        (barking(), "no_voice"),
        (recorded("whisper"), "whisper"),
        (np.concatenate([silence(2.0), steady(150, 0.2), silence(2.0)]), "too_little_voice"),
    ],
    ids=[
        *("silence", "faint noise", "white noise", "pink noise", "quiet noise", "low sine", "sine"),
        *(
            "noisy sine",
            "buzzer",
            "chirp",
            "chirps",
            "chords",
            "music",
            "dog",
            "barking",
            "whisper",
            "one word",
        ),
    ],
)
def test_a_sound_without_a_voice_is_refused_with_its_reason(sound: Samples, reason: str) -> None:
    with pytest.raises(VoiceRefused) as refused:
        find_voice(sound)

    assert refused.value.reason == reason
    assert len(str(refused.value)) > 40


@pytest.mark.parametrize(
    "sound",
    [
        ringback(),
        countdown(),
        dialling(),
        beep(1_000, seconds=2.0),
        mains_hum(50.0),
        with_noise(mains_hum(60.2), 20, white_noise()),
    ],
    ids=["ringback", "countdown", "dialling", "beep", "hum", "noisy hum"],
)
def test_signals_and_hum_without_a_voice_are_refused(sound: Samples) -> None:
    with pytest.raises(VoiceRefused) as refused:
        find_voice(sound)

    assert refused.value.reason in {"tone", "music"}


def test_a_faint_sound_is_refused_as_silent_and_a_faint_voice_is_found() -> None:
    samples = decode(SAMPLES / "voice.flac").samples[: 16_000 * 3]

    find_voice(samples * np.float32(1e-4))
    with pytest.raises(VoiceRefused) as refused:
        find_voice(sine(300) * np.float32(1e-4))
    assert refused.value.reason == "silent"


@pytest.mark.parametrize("path", sorted((RECORDINGS / "real").glob("*.ogg")), ids=lambda path: path.stem)
def test_the_voices_of_other_speakers_are_found(path: Path) -> None:
    samples = decode(path).samples

    for altered in (samples, with_noise(samples, 20, pink_noise())):
        find_voice(altered)


def test_a_melody_without_singing_is_refused() -> None:
    with pytest.raises(VoiceRefused) as refused:
        find_voice(melody())

    assert refused.value.reason in {"music", "tone"}


@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
def test_every_voice_is_found(path: Path) -> None:
    samples = decode(path).samples

    assert find_voice(samples).pitch.voiced.sum() > 100


@pytest.mark.parametrize("noise", [white_noise(), pink_noise()], ids=["white", "pink"])
@pytest.mark.parametrize("path", VOICES, ids=lambda path: path.stem)
def test_every_voice_is_found_in_noise(path: Path, noise: Samples) -> None:
    find_voice(with_noise(decode(path).samples, 20, noise))


@pytest.mark.parametrize("path", VOICES[:3], ids=lambda path: path.stem)
def test_a_voice_is_found_when_clipped_quiet_by_telephone_in_noise_or_over_music(path: Path) -> None:
    samples = decode(path).samples

    for altered in (
        np.clip(samples * 10, -0.5, 0.5),
        np.round(samples * 0.005 * 32_768).astype(np.float32) / 32_768,
        telephone(samples),
        with_noise(samples, 10, white_noise()),
        with_noise(samples, 12, recorded("music")),
    ):
        find_voice(altered.astype(np.float32))


@pytest.mark.parametrize("seconds", [1.5, 3.0, 6.0])
def test_a_short_recording_is_enough(seconds: float) -> None:
    samples = decode(SAMPLES / "voice.flac").samples

    find_voice(samples[: int(16_000 * seconds)])


def test_a_voice_between_long_silences_is_found() -> None:
    samples = decode(SAMPLES / "voice.flac").samples[: 16_000 * 3]

    find_voice(np.concatenate([silence(20.0), samples, silence(20.0)]))
