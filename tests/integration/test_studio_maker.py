"""The studio as a face maker, with real child processes: their progress, time limit and end."""

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

from adapters.faces.studio.engine import DrawingSettings, Studio
from adapters.faces.studio.maker import StudioFaces
from application.ports.audio import Listener, Speech
from application.ports.faces import FaceFailed, FaceOrder, Stage
from domain.feedback import FaceKind
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from processes import children_of, command_of, is_running
from unit.faces.voices import listen_to_bytes

STUDIO = Studio(listen_to_bytes, DrawingSettings(size=48))
KEY = "voices/a/voice.webm"
ORDER = FaceOrder(
    request_id="r",
    generation_id="g",
    person=Person(40, Gender.MAN),
    voice_key=KEY,
    voice_media_type="audio/flac",
)


def listen_forever(path: Path) -> Speech:
    """A listener that writes its process id next to the recording and never ends."""
    path.with_name("pid").write_text(str(os.getpid()))
    while True:
        time.sleep(0.05)


def listen_to_a_long_voice(path: Path) -> Speech:
    """A listener whose voice is long enough for several processes to draw its video."""
    speech = listen_to_bytes(path)
    return replace(speech, samples=speech.samples * 6)


def crash(path: Path) -> Speech:
    """A listener whose process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)
    return listen_to_bytes(path)


def end_at_once() -> None:
    """Get ready in a process that is killed."""
    os.kill(os.getpid(), signal.SIGKILL)


def ignore(stage: Stage, fraction: float) -> None:
    """A progress report that does nothing."""


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
async def test_a_face_is_made_in_a_child_process_that_reports_its_progress(
    kind: FaceKind, blobs: MemoryBlobs, workspace: Path
) -> None:
    seen: list[Stage] = []
    maker = StudioFaces(kind, blobs, STUDIO, anyio.CapacityLimiter(1))
    files = await maker.make(ORDER, workspace, lambda stage, _: seen.append(stage))
    assert files.portrait.read_bytes().startswith(b"\x89PNG")
    assert files.video is not None
    assert files.video.stat().st_size > 1000
    assert (files.acoustics is not None) == (kind is FaceKind.VOICE)
    assert list(dict.fromkeys(seen)) == list(Stage)


async def test_a_refused_voice_is_a_failure_that_must_not_be_tried_again(
    tmp_path: Path, workspace: Path
) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    blobs = MemoryBlobs()
    await blobs.put(KEY, empty, "audio/webm")
    maker = StudioFaces(FaceKind.VOICE, blobs, STUDIO, anyio.CapacityLimiter(1))
    with pytest.raises(FaceFailed, match="We heard nothing") as failed:
        await maker.make(ORDER, workspace, ignore)
    assert not failed.value.retryable


async def test_a_missing_recording_is_a_failure_that_says_so(workspace: Path) -> None:
    maker = StudioFaces(FaceKind.VOICE, MemoryBlobs(), STUDIO, anyio.CapacityLimiter(1))
    with pytest.raises(FaceFailed, match="no longer there"):
        await maker.make(ORDER, workspace, ignore)


async def test_work_beyond_the_time_limit_is_killed_and_may_be_tried_again(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    maker = StudioFaces(FaceKind.VOICE, blobs, Studio(listen_forever), anyio.CapacityLimiter(1), time_limit=5)
    # The child process imports this module, and the studio with it, before its time is counted.
    await anyio.to_process.run_sync(ignore, Stage.LISTENING, 0.0)
    with pytest.raises(FaceFailed, match="too long") as failed:
        await maker.make(ORDER, workspace, ignore)
    assert failed.value.retryable
    pid = int((workspace / "pid").read_text())
    await until(lambda: not is_running(pid))


async def test_waiting_for_the_limiter_does_not_count_towards_the_time_limit(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    limiter = anyio.CapacityLimiter(1)
    maker = StudioFaces(FaceKind.CONDITION, blobs, STUDIO, limiter, time_limit=20)
    limited = StudioFaces(FaceKind.VOICE, blobs, Studio(listen_forever), limiter, time_limit=0.1)
    async with limiter:
        waiting = asyncio.create_task(limited.make(ORDER, workspace, ignore))
        done, _ = await asyncio.wait({waiting}, timeout=1)
        assert not done
        waiting.cancel()
    assert (await maker.make(ORDER, workspace, ignore)).portrait.exists()


async def test_cancelling_ends_the_child_process(blobs: MemoryBlobs, workspace: Path) -> None:
    maker = StudioFaces(FaceKind.VOICE, blobs, Studio(listen_forever), anyio.CapacityLimiter(1))
    async with anyio.create_task_group() as group:
        group.start_soon(maker.make, ORDER, workspace, ignore)
        await until(lambda: (workspace / "pid").exists() and (workspace / "pid").read_text())
        group.cancel_scope.cancel()
    pid = int((workspace / "pid").read_text())
    await until(lambda: not is_running(pid))


async def test_cancelling_while_the_child_process_starts_leaves_no_second_process(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    maker = StudioFaces(FaceKind.CONDITION, blobs, STUDIO, anyio.CapacityLimiter(1))
    before = children_of(os.getpid())
    for moment in (0, 0.002, 0.005, 0.01, 0.02):  # in seconds after the start
        making = asyncio.create_task(maker.make(ORDER, workspace, ignore))
        while not children_of(os.getpid()) - before:
            await asyncio.sleep(0)
        await asyncio.sleep(moment)
        making.cancel()
        await asyncio.wait({making})
        assert making.cancelled()
    await maker.make(ORDER, workspace, ignore)
    assert len(children_of(os.getpid()) - before) == 1


async def test_cancelling_ends_all_processes_that_draw_a_video(blobs: MemoryBlobs, workspace: Path) -> None:
    maker = StudioFaces(
        FaceKind.VOICE,
        blobs,
        Studio(listen_to_a_long_voice, DrawingSettings(processes=2)),
        anyio.CapacityLimiter(1),
    )
    drawing: list[int] = []

    def are_drawing() -> bool:
        """Find the processes that a worker has forked; what it runs for a moment is another program."""
        for worker in children_of(os.getpid()):
            drawing.extend(child for child in children_of(worker) if command_of(child) == command_of(worker))
        return bool(drawing)

    async with anyio.create_task_group() as group:
        group.start_soon(maker.make, ORDER, workspace, ignore)
        await until(are_drawing)
        group.cancel_scope.cancel()
    assert drawing
    for pid in drawing:
        await until(lambda pid=pid: not is_running(pid))  # type: ignore[misc]


async def fails_retryably(listen: Listener, blobs: MemoryBlobs, workspace: Path) -> bool:
    """Expect that making a face stops unexpectedly; return whether it may be tried again."""
    maker = StudioFaces(FaceKind.VOICE, blobs, Studio(listen), anyio.CapacityLimiter(1))
    with pytest.raises(FaceFailed, match="stopped unexpectedly") as failed:
        await maker.make(ORDER, workspace, ignore)
    return failed.value.retryable


async def test_a_child_process_that_is_killed_is_a_failure_that_may_be_tried_again(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    assert await fails_retryably(crash, blobs, workspace)


@pytest.mark.usefixtures("broken_python")
async def test_a_child_process_that_cannot_start_is_a_failure_that_may_be_tried_again(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    assert await fails_retryably(listen_to_bytes, blobs, workspace)


async def test_warming_up_starts_a_child_process_for_each_drawing_and_drawing_starts_no_more(
    blobs: MemoryBlobs, workspace: Path
) -> None:
    maker = StudioFaces(FaceKind.VOICE, blobs, STUDIO, anyio.CapacityLimiter(2))
    before = children_of(os.getpid())
    await maker.warm_up()
    warm = set(children_of(os.getpid())) - set(before)
    assert len(warm) == 2
    await maker.make(ORDER, workspace, ignore)
    assert set(children_of(os.getpid())) - set(before) == warm


@pytest.mark.usefixtures("broken_python")
async def test_child_processes_that_cannot_start_do_not_end_the_process_that_gets_them_ready(
    blobs: MemoryBlobs, caplog: pytest.LogCaptureFixture
) -> None:
    await StudioFaces(FaceKind.VOICE, blobs, STUDIO, anyio.CapacityLimiter(2)).warm_up()
    assert caplog.text.count("ended while it got ready") == 2


async def test_a_child_process_that_is_killed_while_it_gets_ready_is_replaced_by_the_next_face(
    blobs: MemoryBlobs, workspace: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("adapters.faces.studio.maker.warm_up", end_at_once)
    maker = StudioFaces(FaceKind.VOICE, blobs, STUDIO, anyio.CapacityLimiter(1))
    await maker.warm_up()
    assert "ended while it got ready" in caplog.text
    assert (await maker.make(ORDER, workspace, ignore)).portrait.exists()
