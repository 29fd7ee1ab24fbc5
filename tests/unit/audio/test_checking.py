import asyncio
import os
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from adapters.audio import checking
from adapters.audio.checking import DecodingVoiceChecker, check
from adapters.audio.decoding import decode
from adapters.processes.limited import LimitedProcesses
from application.errors import ServiceUnavailable
from domain.errors import VoiceRefused
from domain.ids import UserId
from domain.voice import Recording
from processes import children_of
from unit.audio.recording import CONTAINERS, SAMPLES, record
from unit.audio.sounds import white_noise

VOICE = SAMPLES / "voice.flac"
ANN = UserId("ann")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def test_a_check_writes_a_copy_and_returns_its_length_and_type(tmp_path: Path, copy: Path) -> None:
    path = record(tmp_path / "svelte_audio.wav", decode(VOICE).samples, CONTAINERS["webm"])

    recording = check(path, copy)

    assert recording.seconds == pytest.approx(15.4, abs=0.1)
    assert (recording.media_type, recording.suffix) == ("audio/flac", ".flac")
    assert np.array_equal(decode(copy).pcm, decode(path).pcm)


async def test_the_checker_returns_the_same_from_a_child_process(tmp_path: Path, copy: Path) -> None:
    assert await DecodingVoiceChecker(LimitedProcesses()).check(VOICE, copy, ANN) == check(
        VOICE, tmp_path / "other"
    )
    assert copy.read_bytes() == (tmp_path / "other").read_bytes()


async def test_a_refused_recording_leaves_no_copy(tmp_path: Path, copy: Path) -> None:
    with pytest.raises(VoiceRefused):
        await DecodingVoiceChecker(LimitedProcesses()).check(
            record(tmp_path / "noise", white_noise()), copy, ANN
        )

    assert not copy.exists()


async def test_a_refusal_in_the_child_process_reaches_the_caller(tmp_path: Path, copy: Path) -> None:
    path = record(tmp_path / "noise", white_noise())

    with pytest.raises(VoiceRefused) as refused:
        await DecodingVoiceChecker(LimitedProcesses()).check(path, copy, ANN)

    assert refused.value.reason == "noise"


async def test_more_checks_than_may_run_at_once_wait_and_then_succeed(tmp_path: Path, copy: Path) -> None:
    checker = DecodingVoiceChecker(LimitedProcesses())

    recordings = await asyncio.gather(*(checker.check(VOICE, tmp_path / str(n), ANN) for n in range(6)))

    assert recordings == [check(VOICE, copy)] * 6


async def test_a_check_that_takes_too_long_is_stopped_and_the_file_is_refused(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "check", never_ends)

    with pytest.raises(VoiceRefused) as refused:
        await DecodingVoiceChecker(LimitedProcesses(seconds=4.0)).check(VOICE, copy, ANN)

    assert refused.value.reason == "too_costly"
    with pytest.raises(ProcessLookupError):
        os.kill(int(copy.read_text()), 0)


async def test_a_file_that_crashes_the_decoder_is_refused_and_the_next_file_is_checked(
    monkeypatch: pytest.MonkeyPatch, copy: Path
) -> None:
    checker = DecodingVoiceChecker(LimitedProcesses())
    with monkeypatch.context() as patched:
        patched.setattr(checking, "check", crashes)
        with pytest.raises(VoiceRefused) as refused:
            await checker.check(VOICE, copy, ANN)

    assert refused.value.reason == "not_audio"
    assert (await checker.check(VOICE, copy, ANN)).suffix == ".flac"


@pytest.mark.usefixtures("broken_python")
async def test_a_child_process_that_cannot_start_means_service_unavailable_and_is_logged(
    caplog: pytest.LogCaptureFixture, copy: Path
) -> None:
    with pytest.raises(ServiceUnavailable):
        await DecodingVoiceChecker(LimitedProcesses()).check(VOICE, copy, ANN)

    assert "could not start" in caplog.text


async def test_a_full_disk_means_service_unavailable_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ServiceUnavailable):
        await DecodingVoiceChecker(LimitedProcesses()).check(VOICE, Path("/dev/full"), ANN)

    assert "No space left on device" in caplog.text


async def test_a_check_that_is_stopped_at_once_leaves_no_process_behind(copy: Path) -> None:
    before = children_of(os.getpid())

    for seconds in (0.001, 0.002, 0.005, 0.01, 0.02):  # much less than a check takes
        with pytest.raises(VoiceRefused):
            await DecodingVoiceChecker(LimitedProcesses(seconds)).check(VOICE, copy, ANN)

    assert children_of(os.getpid()) <= before  # those of earlier tests may end meanwhile


@pytest.mark.parametrize(
    "answer",
    [
        Recording(seconds=1.0, media_type="text/html", suffix=".flac"),
        Recording(seconds=1.0, media_type="audio/flac", suffix="/../../key"),
        Recording(seconds=1e9, media_type="audio/flac", suffix=".flac"),
        Recording(seconds=-1.0, media_type="audio/flac", suffix=".flac"),
        Recording(seconds=1.0, media_type="audio/flac", suffix=".flac"),
    ],
)
async def test_what_no_check_answers_is_not_believed(
    copy: Path, monkeypatch: pytest.MonkeyPatch, answer: Recording
) -> None:
    monkeypatch.setattr(checking, "check", partial(lies, answer))
    with pytest.raises(VoiceRefused) as refused:
        await DecodingVoiceChecker(LimitedProcesses()).check(VOICE, copy, ANN)
    assert refused.value.reason == "not_audio"


async def test_a_reason_that_no_check_gives_is_not_believed(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "check", refuses_for_no_reason)
    with pytest.raises(VoiceRefused) as refused:
        await DecodingVoiceChecker(LimitedProcesses()).check(VOICE, copy, ANN)
    assert refused.value.reason == "not_audio"


def lies(answer: Recording, path: Path, copy: Path) -> Recording:
    copy.write_bytes(b"<html>")
    return answer


def refuses_for_no_reason(path: Path, copy: Path) -> Recording:
    raise VoiceRefused("<script>", "A sentence of the file's own.")


def never_ends(path: Path, copy: Path) -> Recording:
    copy.write_text(str(os.getpid()))
    while True:
        time.sleep(1)


def crashes(path: Path, copy: Path) -> Recording:
    os.abort()
