"""Recordings that were joined in one file, and headers that claim a wrong size."""

import struct
from mmap import ACCESS_READ, mmap
from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from adapters.audio.pieces import pieces_of
from unit.audio.recording import CONTAINERS, FLAC, SAMPLES, WAV, Container, record, wav_of_chunks
from unit.audio.sounds import Samples, steady

FORMAT = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
WEB_PAGE = b"<html><body>" + b"<p>Not a sound, but a few words about one.</p>" * 20_000


def pcm(samples: Samples) -> bytes:
    return (samples * 32_767).astype("<i2").tobytes()


@pytest.fixture(scope="module")
def voice() -> Samples:
    return decode(SAMPLES / "voice.flac").samples[: 16_000 * 2]


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS.keys())
def test_joined_recordings_are_heard_one_after_another(container: Container, tmp_path: Path) -> None:
    one = record(tmp_path / "one", steady(150, 2.0), container).read_bytes()
    joined = tmp_path / "joined"
    joined.write_bytes(one * 3)

    assert decode(joined).seconds == pytest.approx(3 * decode(tmp_path / "one").seconds, abs=0.1)


@pytest.mark.parametrize("second", ["stereo", "another rate", "another codec"])
def test_a_chain_of_ogg_streams_may_change_its_channels_its_rate_and_its_codec(
    second: str, tmp_path: Path, voice: Samples
) -> None:
    other = {
        "stereo": Container("ogg", "libopus", 48_000, 32_000, "stereo"),
        "another rate": Container("ogg", "flac", 22_050),
        "another codec": CONTAINERS["ogg vorbis"],
    }[second]
    first = record(tmp_path / "first", voice, CONTAINERS["ogg opus"]).read_bytes()
    path = tmp_path / "chained.ogg"
    path.write_bytes(first + record(tmp_path / "second", voice, other).read_bytes() + first)

    sound = decode(path)

    assert sound.seconds == pytest.approx(6.0, abs=0.1)
    for third in np.split(sound.samples[: len(sound.samples) // 3 * 3], 3):
        assert np.abs(third).max() == pytest.approx(np.abs(voice).max(), rel=0.35)


def test_streams_of_ogg_that_run_side_by_side_are_one_recording(tmp_path: Path) -> None:
    one, other = (
        record(tmp_path / name, steady(150, 2.0), CONTAINERS["ogg flac"]).read_bytes() for name in ("a", "b")
    )
    end_of_page = 27 + one[26] + sum(one[27 : 27 + one[26]])
    # Another serial number; the checksums are now wrong.
    other = other.replace(other[14:18], struct.pack("<I", 7))
    path = tmp_path / "grouped.ogg"
    path.write_bytes(one[:end_of_page] + other[:end_of_page] + one[end_of_page:] + other[end_of_page:])

    assert decode(path).seconds == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("claimed", [0, 1_000, 16_000, 0x7FFFFFF0, 0xFFFFFFFF])
def test_a_size_of_a_wav_that_was_never_updated_loses_nothing(
    claimed: int, tmp_path: Path, voice: Samples
) -> None:
    content = bytearray(wav_of_chunks((b"fmt ", FORMAT), (b"data", pcm(voice))))
    content[40:44] = struct.pack("<I", claimed)
    path = tmp_path / "recording.wav"
    path.write_bytes(content)

    assert np.array_equal(decode(path).samples, decoded(pcm(voice)))


def test_a_size_that_was_never_updated_loses_nothing_behind_a_long_silence(
    tmp_path: Path, voice: Samples
) -> None:
    samples = pcm(np.concatenate([voice, np.zeros(16_000 * 40, np.float32), voice]))
    content = bytearray(wav_of_chunks((b"fmt ", FORMAT), (b"data", samples)))
    content[40:44] = struct.pack("<I", 64_000)
    path = tmp_path / "recording.wav"
    path.write_bytes(content)

    assert np.array_equal(decode(path).samples, decoded(samples))


@pytest.mark.parametrize("codec", ["adpcm_ms", "adpcm_ima_wav", "g726", "libmp3lame"])
def test_a_size_of_compressed_sound_that_was_never_updated_loses_nothing(codec: str, tmp_path: Path) -> None:
    container = Container("wav", codec, 8_000 if codec == "g726" else 16_000)
    whole = record(tmp_path / "whole", steady(150, 4.0), container)
    content = bytearray(whole.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", int.from_bytes(content[at : at + 4], "little") // 4)
    path = tmp_path / "recording.wav"
    path.write_bytes(content)

    assert decode(path).seconds == pytest.approx(decode(whole).seconds, abs=0.05)


@pytest.mark.parametrize("claimed", [0, 16_000, None])
def test_a_large_size_of_a_wav_that_was_never_updated_loses_nothing(
    claimed: int | None, tmp_path: Path, voice: Samples
) -> None:
    samples = pcm(voice)
    size = len(samples) if claimed is None else claimed
    sizes = struct.pack("<QQQI", size + 72, size, size // 2, 0)
    content = wav_of_chunks((b"ds64", sizes), (b"fmt ", FORMAT), (b"data", samples))
    content = content.replace(b"RIFF" + content[4:8], b"RF64\xff\xff\xff\xff")
    content = content.replace(b"data" + struct.pack("<I", len(samples)), b"data\xff\xff\xff\xff")
    path = tmp_path / "recording.wav"
    path.write_bytes(content)

    assert np.array_equal(decode(path).samples, decoded(samples))


@pytest.mark.parametrize("kind", ["aiff", "caf", "w64"])
@pytest.mark.parametrize("claimed", [0, 16_000])
def test_a_size_in_another_container_that_was_never_updated_loses_nothing(
    kind: str, claimed: int, tmp_path: Path, voice: Samples
) -> None:
    whole = record(tmp_path / "whole", voice, CONTAINERS[kind])
    content = bytearray(whole.read_bytes())
    name, size_format, gap = {
        "aiff": (b"SSND", ">I", 4),
        "caf": (b"data", ">q", 4),
        "w64": (b"data\xf3", "<Q", 16),
    }[kind]
    at = content.index(name) + gap
    content[at : at + struct.calcsize(size_format)] = struct.pack(size_format, claimed)
    path = tmp_path / "recording"
    path.write_bytes(content)

    assert np.array_equal(decode(path).pcm[-10_000:], decode(whole).pcm[-10_000:])
    assert decode(path).seconds == pytest.approx(decode(whole).seconds, abs=0.001)


def test_wav_pieces_whose_sizes_are_unknown_are_heard_without_their_headers(
    tmp_path: Path, voice: Samples
) -> None:
    piece = bytearray(wav_of_chunks((b"fmt ", FORMAT), (b"data", pcm(voice))))
    piece[40:44] = b"\xff\xff\xff\xff"
    path = tmp_path / "joined.wav"
    path.write_bytes(piece * 2)

    assert np.array_equal(decode(path).samples, np.tile(decoded(pcm(voice)), 2))


@pytest.mark.parametrize(
    "behind",
    [
        WEB_PAGE,
        np.random.default_rng(8).bytes(1_000_000),
        bytes(1_000_000),
        b"LIST" + struct.pack("<I", 26) + b"INFO" * 6 + b"ab",
    ],
    ids=["a web page", "random bytes", "zeros", "a chunk"],
)
def test_what_stands_behind_the_samples_of_a_wav_is_not_heard(
    behind: bytes, tmp_path: Path, voice: Samples
) -> None:
    path = tmp_path / "recording.wav"
    path.write_bytes(wav_of_chunks((b"fmt ", FORMAT), (b"data", pcm(voice))) + behind)

    assert np.array_equal(decode(path).samples, decoded(pcm(voice)))


def test_a_chunk_before_the_samples_is_passed_over(tmp_path: Path, voice: Samples) -> None:
    path = tmp_path / "recording.wav"
    path.write_bytes(wav_of_chunks((b"fmt ", FORMAT), (b"note", b"seven b"), (b"data", pcm(voice))))

    assert np.array_equal(decode(path).samples, decoded(pcm(voice)))


@pytest.mark.parametrize("kind", ["flac", "webm", "mp4"])
def test_a_broken_piece_costs_only_its_own_sound(kind: str, tmp_path: Path) -> None:
    good = record(tmp_path / "good", steady(150, 2.0), CONTAINERS[kind]).read_bytes()
    path = tmp_path / "joined"
    path.write_bytes(good + good[:60] + good)

    assert decode(path).seconds == pytest.approx(4.0, abs=0.2)


def test_a_whole_recording_is_read_from_its_file_and_not_copied(tmp_path: Path) -> None:
    for container in (WAV, FLAC):
        path = record(tmp_path / "recording", steady(150, 2.0), container)
        with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
            assert list(pieces_of(file, content)) == [file]


def decoded(data: bytes) -> Samples:
    return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32_768)
