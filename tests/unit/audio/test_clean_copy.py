"""The copy that is kept has the sound of a recording, bit by bit, and nothing else of its file."""

import struct
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from adapters.audio.clean_copy import write_copy
from adapters.audio.decoding import decode
from adapters.audio.listening import listen
from unit.audio.recording import CONTAINERS, FLAC, PLACE, SAMPLES, WAV, Container, phone_video, record, wav_of


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_decoding_the_copy_gives_the_same_sound(container: Container, tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 3]
    sound, copy = decode(record(tmp_path / "recording", voice, container)), tmp_path / "copy"

    write_copy(sound, copy)

    again = decode(copy)
    assert again.rate == sound.rate
    assert np.array_equal(again.pcm, sound.pcm)
    assert np.array_equal(again.samples, sound.samples)


@pytest.mark.parametrize("kind", ["webm", "mp4", "wav of floats at 96 kHz"])
def test_a_voice_is_measured_alike_in_the_copy_and_in_the_upload(kind: str, tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples
    upload, copy = record(tmp_path / "recording", voice, CONTAINERS[kind]), tmp_path / "copy"

    write_copy(decode(upload), copy)

    assert listen(copy) == listen(upload)


@pytest.mark.parametrize(
    ("codec", "bits"), [("pcm_u8", 16), ("pcm_s16le", 16), ("pcm_s24le", 24), ("pcm_f32le", 24)]
)
def test_the_copy_has_as_many_bits_as_the_sound_needs(codec: str, bits: int, tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples * 0.7
    path = tmp_path / "recording.wav"
    path.write_bytes(wav_of(voice[:, None]))
    copy = tmp_path / "copy"
    with av.open(path) as source, av.open(tmp_path / "coded.wav", "w") as output:
        stream = cast(AudioStream, output.add_stream(codec, rate=16_000, layout="mono"))
        for frame in source.decode(audio=0):
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))

    write_copy(decode(tmp_path / "coded.wav"), copy)

    # The fields of STREAMINFO after the sizes of frames.
    (packed,) = struct.unpack(">Q", copy.read_bytes()[18:26])
    assert (packed >> 44, (packed >> 41 & 7) + 1, (packed >> 36 & 31) + 1) == (16_000, 1, bits)
    assert packed & (1 << 36) - 1 == len(voice)


def test_the_place_in_a_phone_video_is_not_in_the_copy(tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 3]
    video, copy = phone_video(tmp_path / "video.mp4", voice), tmp_path / "copy"
    assert PLACE in video.read_bytes()

    write_copy(decode(video), copy)

    content = copy.read_bytes()
    assert content.startswith(b"fLaC")
    assert PLACE not in content
    assert b"A phone" not in content
    with av.open(copy) as file:
        assert len(file.streams) == 1
        assert {key.lower() for key in file.metadata} <= {"encoder"}


def test_what_stands_behind_the_sound_is_not_in_the_copy(tmp_path: Path) -> None:
    page = b"<html>" + b"<script>alert('found')</script>" * 30_000
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 3]
    path, copy = record(tmp_path / "recording", voice, FLAC), tmp_path / "copy"
    path.write_bytes(path.read_bytes() + page)

    write_copy(decode(path), copy)

    assert b"alert" not in copy.read_bytes()
    assert copy.stat().st_size < 200_000


def test_wav_and_flac_of_one_take_give_the_same_copy(tmp_path: Path) -> None:
    voice = decode(SAMPLES / "voice.flac").samples[: 16_000 * 3]
    for container in (WAV, FLAC):
        write_copy(decode(record(tmp_path / "recording", voice, container)), tmp_path / container.codec)

    assert (tmp_path / WAV.codec).read_bytes() == (tmp_path / FLAC.codec).read_bytes()
