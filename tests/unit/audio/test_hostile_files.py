"""Files that try to make the decoder read other files, or work without end."""

import struct
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from adapters.audio.decoding import decode
from domain.errors import VoiceRefused
from domain.refusals import UNREADABLE
from unit.audio.recording import CONTAINERS, record
from unit.audio.sounds import silence, steady


def reason_of(path: Path) -> str:
    with pytest.raises(VoiceRefused) as refused:
        decode(path)
    return refused.value.reason


def outcome_of(path: Path) -> str:
    try:
        decode(path)
    except VoiceRefused as refused:
        return refused.reason
    return "sound"


@contextmanager
def bounded(seconds: float, megabytes: float) -> Iterator[None]:
    started = time.process_time()  # of this process alone: a busy machine makes it no longer
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert time.process_time() - started < seconds
    assert peak < megabytes * 1e6


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 100_000,
        b"This is a letter and not a recording.\n" * 100,
        bytes(np.random.default_rng(3).integers(0, 256, 200_000, dtype=np.uint8)),
        b"RIFF\xff\xff\xff\xffWAVE",
        b"OggS" + b"\x00" * 60,
        b"\x1aE\xdf\xa3" + b"\xff" * 4_000,
        b"fLaC" + b"\x00" * 2_000,
        b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f" + b"\x00" * 10_000,
    ],
    ids=["nothing", "zeros", "text", "random", "riff", "ogg", "ebml", "flac", "id3"],
)
def test_a_file_that_is_not_a_recording_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "voice.webm"
    path.write_bytes(content)

    with bounded(seconds=5, megabytes=30):
        assert reason_of(path) in {"not_audio", "incomplete", "too_short"}


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{target}'\n",
        "<?xml version='1.0'?><MPD><Period><AdaptationSet><Representation><BaseURL>{target}</BaseURL>"
        "</Representation></AdaptationSet></Period></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "[playlist]\nFile1={target}\nNumberOfEntries=1\n",
    ],
    ids=["hls", "concat", "dash", "sdp", "pls"],
)
def test_a_playlist_of_other_files_is_not_followed(playlist: str, tmp_path: Path) -> None:
    target = record(tmp_path / "secret.wav", steady(150, 3.0))
    path = tmp_path / "voice.webm"
    path.write_text(playlist.format(target=target))

    assert reason_of(path) == "not_audio"


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "video"
    with av.open(str(path), "w", format="matroska") as output:
        stream = output.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(50):
            output.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        output.mux(stream.encode(None))

    assert reason_of(path) == "not_audio"


def test_the_length_comes_from_the_sound_and_not_from_the_header(tmp_path: Path) -> None:
    original = record(tmp_path / "recording", steady(150, 3.0)).read_bytes()
    at = original.index(b"data") + 4
    path = tmp_path / "wrong-header"
    path.write_bytes(original[:at] + struct.pack("<I", 0x7FFFFFF0) + original[at + 4 :])

    assert decode(path).seconds == pytest.approx(3.0, abs=0.01)


def test_decoding_of_long_silence_in_a_small_file_stops_after_a_minute(tmp_path: Path) -> None:
    path = record(tmp_path / "long", silence(1_200.0), CONTAINERS["flac"])

    with bounded(seconds=5, megabytes=30):
        assert reason_of(path) == "too_long"


@pytest.mark.parametrize(("channels", "rate"), [(64, 16_000), (1_000, 16_000), (1, 100), (1, 2**31 - 1)])
def test_too_many_channels_and_impossible_sample_rates_are_refused(
    channels: int, rate: int, tmp_path: Path
) -> None:
    frame = 2 * channels
    header = struct.pack("<HHIIHH", 1, channels, rate, min(rate * frame, 2**32 - 1), frame, 16)
    data = b"\x01\x02" * (channels * 20_000)
    chunks = b"fmt " + struct.pack("<I", 16) + header + b"data" + struct.pack("<I", len(data)) + data
    path = tmp_path / "impossible.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)

    with bounded(seconds=5, megabytes=60):
        assert reason_of(path) in {"not_audio", "unsupported", "too_short", "too_long"}


@pytest.mark.parametrize("tag", [0x0000, 0x1234, 0x9999])
def test_an_unknown_codec_is_refused(tag: int, tmp_path: Path) -> None:
    content = bytearray(record(tmp_path / "recording", steady(150, 3.0)).read_bytes())
    at = content.index(b"fmt ") + 8
    content[at : at + 2] = struct.pack("<H", tag)
    path = tmp_path / "unknown.wav"
    path.write_bytes(content)

    assert reason_of(path) == "unsupported"


def test_a_track_of_an_unknown_codec_is_skipped_and_the_next_one_decoded(tmp_path: Path) -> None:
    path = tmp_path / "two"
    with av.open(str(path), "w", format="matroska") as output:
        streams = [output.add_stream(codec, rate=16_000, layout="mono") for codec in ("mp2", "flac")]
        for stream in cast("list[AudioStream]", streams):
            for start in range(0, 48_000, 1_152):  # a frame of MPEG audio
                frame = av.AudioFrame.from_ndarray(np.zeros((1, 1_152), np.int16), "s16", "mono")
                frame.sample_rate, frame.pts = 16_000, start
                output.mux(stream.encode(frame))
            output.mux(stream.encode(None))
    path.write_bytes(path.read_bytes().replace(b"A_MPEG/L2", b"A_MPEG/L9"))

    assert decode(path).seconds == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("size", [0x7300000000000000, -100])
def test_a_chunk_of_an_impossible_size_is_decoded_or_refused(size: int, tmp_path: Path) -> None:
    content = bytearray(record(tmp_path / "recording", steady(150, 3.0), CONTAINERS["caf"]).read_bytes())
    at = content.index(b"info") + 4
    content[at : at + 8] = struct.pack(">q", size)
    path = tmp_path / "impossible.caf"
    path.write_bytes(content)

    assert outcome_of(path) in {"sound", "not_audio"}


def test_a_header_of_a_million_chunks_costs_too_much(tmp_path: Path) -> None:
    path = tmp_path / "chunks.wav"
    path.write_bytes(b"RIFF\xff\xff\xff\xffWAVE" + b"note\0\0\0\0" * 2_000_000)

    assert reason_of(path) == "too_costly"


def test_many_streams_take_little_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "streams"
    with av.open(str(path), "w", format="matroska") as output:
        streams = [output.add_stream("pcm_s16le", rate=16_000, layout="mono") for _ in range(100)]
        for stream in streams:
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.int16), "s16", "mono")
            frame.sample_rate = 16_000
            output.mux(stream.encode(frame))

    with bounded(seconds=5, megabytes=30):
        assert outcome_of(path) in {"sound", "not_audio"}


def test_damage_in_the_middle_loses_only_the_damaged_part(tmp_path: Path) -> None:
    content = bytearray(record(tmp_path / "recording", steady(150, 6.0), CONTAINERS["mp3"]).read_bytes())
    content[20_000:21_000] = np.random.default_rng(4).integers(0, 256, 1_000, dtype=np.uint8).tobytes()
    path = tmp_path / "damaged"
    path.write_bytes(content)

    assert decode(path).seconds == pytest.approx(6.0, abs=0.6)


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_damaged_file_is_decoded_or_refused(kind: str, tmp_path: Path) -> None:
    whole = record(tmp_path / "recording", steady(150, 2.0), CONTAINERS[kind]).read_bytes()
    random = np.random.default_rng(5)
    path = tmp_path / "broken"

    for _ in range(10):
        broken = bytearray(whole[: int(random.integers(1, len(whole)))])
        for place in random.integers(0, len(broken), 10):
            broken[place] = int(random.integers(0, 256))
        path.write_bytes(broken)
        assert outcome_of(path) in {"sound", *UNREADABLE, "too_short", "too_long", "too_costly"}


def test_a_cover_picture_beside_the_sound_is_ignored(tmp_path: Path) -> None:
    sound = record(tmp_path / "recording", steady(150, 3.0), CONTAINERS["mp3"]).read_bytes()
    picture = b"\x00image/jpeg\x00\x03\x00" + b"\xff\xd8\xff" + b"\x55" * 1_000_000
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\x00\x00" + picture
    size = len(frame)
    tag = b"ID3\x03\x00\x00" + bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0)) + frame
    path = tmp_path / "with-cover.mp3"
    path.write_bytes(tag + sound)

    assert decode(path).seconds == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("tag", [0x720003, 0x7C0006, 0x800008, 0x940007, 0xA00008, 0xB10008])
def test_names_of_loudspeakers_that_have_no_usual_order_do_no_harm(tag: int, tmp_path: Path) -> None:
    channels = tag & 0xFF
    description = struct.pack(">dIIIIII", 16_000.0, 0x6C70636D, 0, 2 * channels, 1, channels, 16)
    chunks = (
        (b"desc", description),
        (b"chan", struct.pack(">III", tag, 0, 0)),
        (b"data", bytes(4 + 2 * channels * 32_000)),
    )
    body = b"".join(name + struct.pack(">q", len(data)) + data for name, data in chunks)
    path = tmp_path / "recording.caf"
    path.write_bytes(b"caff\0\1\0\0" + body)

    for _ in range(10):  # memory that was corrupted shows only now and then
        assert decode(path).seconds == pytest.approx(2.0)
