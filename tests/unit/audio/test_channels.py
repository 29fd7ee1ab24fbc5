"""Of several channels, and of several tracks, the one with the clearest voice is heard."""

from itertools import permutations
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.stream import Disposition

from adapters.audio.decoding import decode
from adapters.audio.listening import hear
from domain.errors import VoiceRefused
from unit.audio.recording import RECORDINGS, SAMPLES, wav_of
from unit.audio.sounds import Samples, pink_noise, silence, sine, white_noise, with_noise

SECONDS = 4


def start_of(path: Path) -> Samples:
    return decode(path).samples[: 16_000 * SECONDS]


MAN, WOMAN = start_of(SAMPLES / "voice.flac"), start_of(SAMPLES / "woman.flac")
VOICES = {"man": MAN, "woman": WOMAN, "another woman": start_of(SAMPLES / "speakers" / "asterisk-ru.ogg")}
SPOILED = {
    "silence": silence(SECONDS),
    "white noise": white_noise(SECONDS),
    "loud noise": 5 * white_noise(SECONDS),
    "a tone": sine(440, SECONDS),
    "hum": sine(100, SECONDS),
    "music": np.resize(start_of(RECORDINGS / "music.ogg"), 16_000 * SECONDS),
    "the voice in noise": None,
}


@pytest.fixture(params=list(VOICES.values()), ids=list(VOICES))
def voice(request: pytest.FixtureRequest) -> Samples:
    return cast(Samples, request.param)


def heard(channels: list[Samples], folder: Path) -> Samples:
    path = folder / "recording.wav"
    path.write_bytes(wav_of(np.stack(channels, axis=1)))
    return decode(path).samples


@pytest.mark.parametrize("spoiled", SPOILED.values(), ids=SPOILED.keys())
@pytest.mark.parametrize("side", [0, 1], ids=["left", "right"])
def test_the_voice_on_one_side_is_heard_without_the_other(
    voice: Samples, spoiled: Samples | None, side: int, tmp_path: Path
) -> None:
    other = with_noise(voice, 3, pink_noise(SECONDS, seed=5)) if spoiled is None else spoiled

    sound = heard([voice, other] if side == 0 else [other, voice], tmp_path)

    assert np.abs(sound - voice).max() < 1e-6


@pytest.mark.parametrize("gain", [-1.0, -0.3, 0.3, 1.0])
def test_a_voice_on_both_sides_is_heard_whatever_its_phase(
    voice: Samples, gain: float, tmp_path: Path
) -> None:
    sound = heard([voice, gain * voice], tmp_path)

    assert np.abs(np.corrcoef(sound, voice)[0, 1]) > 0.999
    assert np.abs(sound).max() == pytest.approx(np.abs(voice).max(), rel=0.01)


def test_the_voice_in_the_centre_is_heard_without_the_ambience_around(voice: Samples, tmp_path: Path) -> None:
    around = [0.05 * np.abs(voice).max() * pink_noise(SECONDS, seed) / 0.1 for seed in range(5)]

    sound = heard([around[0], around[1], voice, *around[2:]], tmp_path)

    assert np.abs(sound - voice).max() < 1e-6


@pytest.mark.parametrize("decibels", [0, 6])
def test_a_voice_in_the_middle_of_two_channels_is_heard_without_what_is_around_it(
    voice: Samples, decibels: float, tmp_path: Path
) -> None:
    around = with_noise(voice, decibels, pink_noise(SECONDS, seed=6)) - voice

    left, right = 0.25 * (voice + around), 0.25 * (voice - around)
    sound = heard([left.astype(np.float32), right.astype(np.float32)], tmp_path)

    assert np.abs(4 * sound - voice).max() < 1e-5


@pytest.mark.parametrize("milliseconds", [1, 2.5, 5, 8])
def test_of_two_microphones_one_is_heard(voice: Samples, milliseconds: float, tmp_path: Path) -> None:
    delay = int(16 * milliseconds)
    late = np.concatenate([np.zeros(delay, np.float32), voice[:-delay]]) * np.float32(0.9)

    sound = heard([voice, late], tmp_path)

    assert max(np.corrcoef(sound, each)[0, 1] for each in (voice, late)) > 0.999


def write_tracks(path: Path, tracks: list[Samples], default: int | None = None) -> Path:
    with av.open(path, "w", format="matroska") as output:
        streams = [cast(AudioStream, output.add_stream("flac", rate=16_000, layout="mono")) for _ in tracks]
        for number, stream in enumerate(streams):
            stream.disposition = Disposition.default if number == default else Disposition(0)
        for stream, samples in zip(streams, tracks, strict=True):
            pcm = np.round(samples * 32_767).astype(np.int16)
            for start in range(0, len(pcm), 4_096):
                frame = av.AudioFrame.from_ndarray(pcm[None, start : start + 4_096], "s16", "mono")
                frame.sample_rate, frame.pts = 16_000, start
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    "other", [silence(SECONDS), sine(440, SECONDS), white_noise(SECONDS)], ids=["silence", "tone", "noise"]
)
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_track_with_the_voice_is_heard(other: Samples, order: tuple[int, ...], tmp_path: Path) -> None:
    tracks = [other, WOMAN, other]
    path = write_tracks(tmp_path / "tracks.mka", [tracks[number] for number in order], default=0)

    sound, _ = hear(path)

    assert np.abs(sound.samples - WOMAN).max() < 1e-3


@pytest.mark.parametrize("default", [0, 1])
def test_of_two_tracks_with_a_voice_the_default_one_is_heard(default: int, tmp_path: Path) -> None:
    sound, _ = hear(write_tracks(tmp_path / "tracks.mka", [MAN, WOMAN], default))

    assert np.corrcoef(sound.samples, [MAN, WOMAN][default])[0, 1] > 0.99


@pytest.mark.parametrize("before", [[], [silence(SECONDS)]], ids=["nothing", "silence"])
def test_an_empty_track_does_not_hide_the_voice_behind_it(before: list[Samples], tmp_path: Path) -> None:
    sound, _ = hear(write_tracks(tmp_path / "tracks.mka", [*before, silence(0), WOMAN], default=0))

    assert np.abs(sound.samples - WOMAN).max() < 1e-3


def test_tracks_without_a_voice_are_refused_for_the_reason_of_the_default_one(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "tracks.mka", [silence(SECONDS), white_noise(SECONDS)], default=1)

    with pytest.raises(VoiceRefused) as refused:
        hear(path)

    assert refused.value.reason == "noise"


def test_beside_an_empty_default_track_the_reason_is_that_of_the_track_with_sound(tmp_path: Path) -> None:
    path = write_tracks(tmp_path / "tracks.mka", [silence(0), white_noise(SECONDS)], default=0)

    with pytest.raises(VoiceRefused) as refused:
        hear(path)

    assert refused.value.reason == "noise"
