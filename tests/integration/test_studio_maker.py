"""The studio behind its port: real child processes, watched, bounded, killed."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio
import anyio.to_process
import anyio.to_thread
import pytest

from adapters.blobs.memory import MemoryBlobs
from adapters.faces.studio.engine import DrawingSettings
from adapters.faces.studio.maker import StudioFaces
from application.ports.audio import Listener, Speech
from application.ports.faces import FaceFailed, FaceOrder, Stage
from domain.feedback import FaceKind
from domain.voice import Gender, Person
from processes import children_of, is_running
from unit.faces.voices import hear_the_path

SMALL = DrawingSettings(size=48)
KEY = "voices/a/voice.webm"
ORDER = FaceOrder(request_id="r", generation_id="g", person=Person(40, Gender.MAN), voice_key=KEY)


def hear_for_ever(path: Path) -> Speech:
    """A listener that notes its process beside the voice and never ends."""
    path.with_name("pid").write_text(str(os.getpid()))
    while True:
        time.sleep(0.05)


def hear_at_length(path: Path) -> Speech:
    """A listener whose voice is long enough for several processes to film it."""
    heard = hear_the_path(path)
    return replace(heard, samples=heard.samples * 6)


def die_listening(path: Path) -> Speech:
    """A listener whose process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)
    return hear_the_path(path)


def unheard(stage: Stage, fraction: float) -> None:
    """A report that nobody reads."""


@pytest.fixture
async def blobs(tmp_path: Path) -> MemoryBlobs:
    source = tmp_path / "upload"
    source.write_bytes(b"a voice")
    stored = MemoryBlobs()
    await stored.put(KEY, source, "audio/webm")
    return stored


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for a state; the test fails when it does not come."""
    with anyio.fail_after(seconds):
        while not condition():
            await anyio.sleep(0.02)


@pytest.mark.parametrize("kind", list(FaceKind))
async def test_a_face_is_made_in_a_child_and_its_progress_arrives(
    kind: FaceKind, blobs: MemoryBlobs, workspace: Path
) -> None:
    seen: list[Stage] = []
    maker = StudioFaces(kind, blobs, hear_the_path, anyio.CapacityLimiter(1), drawing=SMALL)
    files = await maker.make(ORDER, workspace, lambda stage, _: seen.append(stage))
    assert files.portrait.read_bytes().startswith(b"\x89PNG")
    assert files.video is not None
    assert files.video.stat().st_size > 1000
    assert (files.acoustics is not None) == (kind is FaceKind.VOICE)
    assert list(dict.fromkeys(seen)) == list(Stage)


async def test_a_refused_voice_is_a_failure_that_trying_again_does_not_mend(
    tmp_path: Path, workspace: Path
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    blobs = MemoryBlobs()
    await blobs.put(KEY, empty, "audio/webm")
    maker = StudioFaces(FaceKind.VOICE, blobs, hear_the_path, anyio.CapacityLimiter(1), drawing=SMALL)
    with pytest.raises(FaceFailed, match="We heard nothing") as failed:
        await maker.make(ORDER, workspace, unheard)
    assert not failed.value.retryable


async def test_a_recording_that_is_gone_is_told_so(workspace: Path) -> None:
    maker = StudioFaces(FaceKind.VOICE, MemoryBlobs(), hear_the_path, anyio.CapacityLimiter(1))
    with pytest.raises(FaceFailed, match="no longer there"):
        await maker.make(ORDER, workspace, unheard)


async def test_work_beyond_its_time_limit_is_killed_and_may_be_tried_again(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    maker = StudioFaces(FaceKind.VOICE, blobs, hear_for_ever, anyio.CapacityLimiter(1), time_limit=5)
    await anyio.to_process.run_sync(is_running, os.getpid())  # so that the time limit counts no imports
    with pytest.raises(FaceFailed, match="too long") as failed:
        await maker.make(ORDER, workspace, unheard)
    assert failed.value.retryable
    pid = int((workspace / "pid").read_text())
    await until(lambda: not is_running(pid))


async def test_waiting_for_ones_turn_does_not_count_as_work(blobs: MemoryBlobs, workspace: Path) -> None:
    turns = anyio.CapacityLimiter(1)
    maker = StudioFaces(FaceKind.CONDITION, blobs, hear_the_path, turns, time_limit=20, drawing=SMALL)
    impatient = StudioFaces(FaceKind.VOICE, blobs, hear_for_ever, turns, time_limit=0.1, drawing=SMALL)
    async with turns:
        waiting = asyncio.create_task(impatient.make(ORDER, workspace, unheard))
        done, _ = await asyncio.wait({waiting}, timeout=1)
        assert not done
        waiting.cancel()
    assert (await maker.make(ORDER, workspace, unheard)).portrait.exists()


async def test_cancelling_leaves_no_process_behind(blobs: MemoryBlobs, workspace: Path) -> None:
    maker = StudioFaces(FaceKind.VOICE, blobs, hear_for_ever, anyio.CapacityLimiter(1))
    async with anyio.create_task_group() as group:
        group.start_soon(maker.make, ORDER, workspace, unheard)
        await until(lambda: (workspace / "pid").exists() and (workspace / "pid").read_text())
        group.cancel_scope.cancel()
    pid = int((workspace / "pid").read_text())
    await until(lambda: not is_running(pid))


async def test_cancelling_while_the_process_starts_leaves_no_second_one(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    maker = StudioFaces(FaceKind.CONDITION, blobs, hear_the_path, anyio.CapacityLimiter(1), drawing=SMALL)
    before = children_of(os.getpid())
    for moment in (0, 0.002, 0.005, 0.01, 0.02):  # in seconds after the start
        making = asyncio.create_task(maker.make(ORDER, workspace, unheard))
        while not children_of(os.getpid()) - before:
            await asyncio.sleep(0)
        await asyncio.sleep(moment)
        making.cancel()
        await asyncio.wait({making})
        assert making.cancelled()
    await maker.make(ORDER, workspace, unheard)
    assert len(children_of(os.getpid()) - before) == 1


async def test_cancelling_a_film_ends_all_the_processes_that_draw_it(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    maker = StudioFaces(
        FaceKind.VOICE, blobs, hear_at_length, anyio.CapacityLimiter(1), drawing=DrawingSettings(processes=2)
    )
    drawing: list[int] = []

    def painters() -> list[int]:
        workers = children_of(os.getpid())
        return [child for worker in workers for child in children_of(worker)]

    async with anyio.create_task_group() as group:
        group.start_soon(maker.make, ORDER, workspace, unheard)
        await until(painters)
        drawing = painters()
        group.cancel_scope.cancel()
    assert drawing
    for pid in drawing:
        await until(lambda pid=pid: not is_running(pid))  # type: ignore[misc]


async def breaks_off(listen: Listener, blobs: MemoryBlobs, workspace: Path) -> bool:
    """Make a face in vain; tell whether it may be tried again."""
    maker = StudioFaces(FaceKind.VOICE, blobs, listen, anyio.CapacityLimiter(1))
    with pytest.raises(FaceFailed, match="stopped unexpectedly") as failed:
        await maker.make(ORDER, workspace, unheard)
    return failed.value.retryable


async def test_a_child_that_dies_is_a_failure_that_may_be_tried_again(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    assert await breaks_off(die_listening, blobs, workspace)


@pytest.mark.usefixtures("broken_python")
async def test_a_child_that_cannot_start_is_a_failure_that_may_be_tried_again(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    assert await breaks_off(hear_the_path, blobs, workspace)
