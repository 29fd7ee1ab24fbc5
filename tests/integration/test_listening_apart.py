"""Drawing a face listens to its recording in a process that reaches nothing else."""

import os
from dataclasses import replace
from pathlib import Path

import anyio.to_process
import pytest

from adapters.audio.listening import is_possible, listen
from adapters.processes.apart import call_apart, possible_confinement
from application.ports.audio import Speech
from application.ports.processes import CostsTooMuch, ProcessDied
from domain.errors import VoiceRefused
from domain.voice import Acoustics
from entrypoints.composition import listening
from entrypoints.composition.container import Container
from entrypoints.composition.listening import listen_apart
from unit.audio.recording import SAMPLES, record
from unit.audio.sounds import white_noise

VOICE = SAMPLES / "voice.flac"
ACOUSTICS = Acoustics(
    pitch_hz=120.0,
    pitch_spread_semitones=2.0,
    tract_length_cm=None,
    spectral_slope_db_per_octave=-6.0,
    harmonics_to_noise_db=12.0,
    timbre=(0.0,) * 12,
    voiced_seconds=1.0,
)


def dies(path: Path) -> Speech:
    os._exit(1)


def takes_all_memory(path: Path) -> Speech:
    raise MemoryError


def opens_another_file(path: Path) -> Speech:
    Path("/etc/passwd").read_text()
    return listen(path)


def cannot_be(path: Path) -> Speech:
    acoustics = replace(ACOUSTICS, pitch_hz=float("nan"))
    return Speech(samples=bytes(4 * 16_000), sound=bytes(4 * 48_000), acoustics=acoustics)


async def in_child(path: Path) -> Speech:
    """Listen as the studio does: in a child process, whose numpy has no threads that a fork would lose."""
    return await anyio.to_process.run_sync(listen_apart, path)


async def test_it_hears_the_same() -> None:
    assert await in_child(VOICE) == listen(VOICE)


async def test_a_refusal_comes_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(VoiceRefused) as refused:
        await in_child(record(tmp_path / "noise", white_noise()))
    assert refused.value.reason == "noise"


@pytest.mark.parametrize(
    ("listener", "error"), [(dies, ProcessDied), (takes_all_memory, CostsTooMuch), (cannot_be, ProcessDied)]
)
def test_what_goes_wrong_is_told_apart(
    monkeypatch: pytest.MonkeyPatch, listener: object, error: type[Exception]
) -> None:
    monkeypatch.setattr(listening, "listen", listener)
    with pytest.raises(error):
        listen_apart(VOICE)


@pytest.mark.skipif(not possible_confinement().files, reason="this system has no Landlock")
def test_it_cannot_open_another_file() -> None:
    with pytest.raises(PermissionError):
        call_apart(opens_another_file, VOICE, answer=Speech, reads=(VOICE,))


def test_a_speech_has_numbers_that_can_be_drawn_and_no_more_samples_than_a_minute_has() -> None:
    speech = listen(VOICE)
    assert is_possible(speech)
    for samples in (b"", b"abc", bytes(4 * 62 * 16_000), b"\0\0\xc0\x7f" * 16_000):
        assert not is_possible(replace(speech, samples=samples))
    for sound in (b"", b"abc", bytes(4 * 10 * 48_000), b"\0\0\xc0\x7f" * 48_000, b"\0\0\x80\x7f" * 48_000):
        assert not is_possible(replace(speech, sound=sound))
    for timbre in ((), (float("inf"),) * 12):
        assert not is_possible(replace(speech, acoustics=replace(speech.acoustics, timbre=timbre)))


def test_the_service_s_studio_listens_so() -> None:
    assert Container().studio.provided.listen() is listen_apart
