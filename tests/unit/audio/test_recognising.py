"""Files in which no sound can be decoded are told apart, so that the refusal is true."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from adapters.audio.decoding import decode
from domain.errors import VoiceRefused
from unit.audio.recording import CONTAINERS, record, wav_of_chunks
from unit.audio.sounds import silence, steady, white_noise

RANDOM = np.random.default_rng(9).bytes(60_000)


def refusal_of(path: Path) -> VoiceRefused:
    with pytest.raises(VoiceRefused) as refused:
        decode(path)
    return refused.value


def refusal_of_content(content: bytes, folder: Path) -> VoiceRefused:
    path = folder / "file"
    path.write_bytes(content)
    return refusal_of(path)


@pytest.mark.parametrize("begin", [0.1, 0.37, 0.61])
@pytest.mark.parametrize(
    "kind", ["webm", "matroska", "ogg opus", "ogg vorbis", "mp4", "3gp", "flac", "avi", "flv", "wma", "amr"]
)
def test_a_part_of_a_recording_without_its_beginning_is_incomplete(
    kind: str, begin: float, tmp_path: Path
) -> None:
    content = record(tmp_path / "recording", white_noise(12.0), CONTAINERS[kind]).read_bytes()

    refused = refusal_of_content(content[int(begin * len(content)) :], tmp_path)

    assert refused.reason == "incomplete"
    assert str(refused) == "The file is incomplete: send it from its beginning."


def test_a_part_of_webm_between_two_clusters_is_incomplete(tmp_path: Path) -> None:
    content = record(tmp_path / "recording", white_noise(3.0), CONTAINERS["webm"]).read_bytes()
    cluster = content.index(b"\x1f\x43\xb6\x75")

    assert refusal_of_content(content[cluster + 200 : -500], tmp_path).reason == "incomplete"


@pytest.mark.parametrize("kind", ["mp3", "adts", "latm", "mpeg-ts", "ac3"])
def test_a_part_of_a_recording_that_needs_no_beginning_is_heard(kind: str, tmp_path: Path) -> None:
    content = record(tmp_path / "recording", steady(150, 6.0), CONTAINERS[kind]).read_bytes()
    path = tmp_path / "part"
    path.write_bytes(content[len(content) // 3 :])

    assert decode(path).seconds == pytest.approx(4.0, abs=0.3)


@pytest.mark.parametrize("kind", ["mp4", "m4a without loss", "3gp", "quicktime"])
def test_a_recording_that_was_never_finished_lacks_its_end(kind: str, tmp_path: Path) -> None:
    content = record(tmp_path / "recording", white_noise(4.0), CONTAINERS[kind]).read_bytes()

    for cut in (0.5, 0.8, 0.98):  # in the samples, and in the index behind them
        assert refusal_of_content(content[: int(cut * len(content))], tmp_path).reason == "unfinished"


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><title>404</title></html>",
        b"\xef\xbb\xbf\n  <!doctype HTML PUBLIC>\n<p>Log in",
        b"<html lang='en'><body>Not found</body></html>",
        b"<!-- saved -->\n<HTML><head></head>",
        b"<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>",
        b"<script>location = '/login'</script>",
        "<!DOCTYPE html><html>".encode("utf-16"),
    ],
)
def test_a_web_page_is_called_one(page: bytes, tmp_path: Path) -> None:
    refused = refusal_of_content(page + b" " * 5_000, tmp_path)

    assert refused.reason == "web_page"
    assert "web page" in str(refused)


def test_a_track_that_says_that_it_is_encrypted_is_not_decoded(tmp_path: Path) -> None:
    for kind, plain, encrypted in (
        ("mp4", b"mp4a", b"enca"),
        ("m4a without loss", b"alac", b"drms"),
    ):
        content = record(tmp_path / "recording", steady(150, 2.0), CONTAINERS[kind]).read_bytes()
        at = content.index(b"stsd")
        content = content[:at] + content[at:].replace(plain, encrypted, 1)
        assert refusal_of_content(content, tmp_path).reason == "encrypted"


def test_an_encrypted_track_of_matroska_is_not_decoded(tmp_path: Path) -> None:
    content = record(tmp_path / "recording", steady(150, 2.0), CONTAINERS["webm"]).read_bytes()
    cluster = content.index(b"\x1f\x43\xb6\x75")
    encoding = bytes.fromhex("6d80 8b 6240 88 5035 85 47e1 82 0005")  # ContentEncAlgo 5: AES

    assert (
        refusal_of_content(content[:cluster] + encoding + content[cluster:], tmp_path).reason == "encrypted"
    )


def test_an_encrypted_archive_is_called_encrypted(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("voice.wav", RANDOM)
    plain = archive.getvalue()
    encrypted = plain[:6] + bytes([plain[6] | 1]) + plain[7:]

    assert refusal_of_content(encrypted, tmp_path).reason == "encrypted"
    assert refusal_of_content(plain, tmp_path).reason == "not_audio"


@pytest.mark.parametrize(
    ("beginning", "name"),
    [
        (b".RMF\x00\x00\x00\x12", "RealAudio"),
        (b"MAC \x96\x0f\x00\x00", "Monkey's Audio"),
        (b"MPCKSH", "Musepack"),
        (b"\x02#!SILK_V3", "SILK"),
        (b"MThd\x00\x00\x00\x06", "MIDI"),
        (b"RIFF\x24\x00\x00\x00QLCMfmt ", "QCP"),
        (b"\x7f\xfe\x80\x01", "DTS"),
        (b"RIFX\x00\x00\x24\x00WAVEfmt ", "RIFX"),
    ],
)
def test_a_format_that_we_do_not_read_is_named(beginning: bytes, name: str, tmp_path: Path) -> None:
    refused = refusal_of_content(beginning + RANDOM, tmp_path)

    assert refused.reason == "unsupported"
    assert f"We cannot read {name}" in str(refused)


def test_a_codec_that_we_do_not_read_is_named(tmp_path: Path) -> None:
    form = struct.pack("<HHIIHH", 0x2001, 2, 48_000, 96_000, 2_048, 0)  # DTS in WAV

    refused = refusal_of_content(wav_of_chunks((b"fmt ", form), (b"data", RANDOM)), tmp_path)

    assert refused.reason == "unsupported"
    assert "DTS" in str(refused)


@pytest.mark.parametrize("kind", ["webm", "ogg opus", "mp4", "flac", "avi"])
def test_damaged_sound_and_noise_are_not_taken_for_another_reason(kind: str, tmp_path: Path) -> None:
    content = record(tmp_path / "recording", silence(1.0), CONTAINERS[kind]).read_bytes()

    assert refusal_of_content(RANDOM, tmp_path).reason == "not_audio"
    assert refusal_of_content(content[:40] + RANDOM, tmp_path).reason in {"not_audio", "unfinished"}
