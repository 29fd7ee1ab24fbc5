"""Faces whose files are copied with the mark, in processes of their own."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from PIL import Image

from adapters.marks.maker import MarkedFaces
from adapters.processes.limited import LimitedProcesses
from application.errors import ServiceUnavailable
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Origin, ProgressReport
from domain.user import Language
from domain.voice import Gender, Person
from doubles.faces import FastFaces

ORDER = FaceOrder(
    request_id="1",
    generation_id="2",
    person=Person(30, Gender.WOMAN),
    voice_key="voices/1.webm",
    voice_media_type="audio/webm",
)


class Spoiled(FastFaces):
    """Face makers one of whose files is no picture or no video."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        files = await super().make(order, workspace, report)
        (workspace / self._name).write_bytes(b"something else")
        return files


class OfUnknownOrigin(FastFaces):
    """Face makers that know as little as the gallery how their faces came about."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        return replace(await super().make(order, workspace, report), origin=Origin.UNKNOWN)


class InTheWay(FastFaces):
    """Face makers that leave a broken link with the name of a copy, so that the copy cannot be written."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        files = await super().make(order, workspace, report)
        files.portrait.with_stem(f"{files.portrait.stem}-marked").symlink_to(workspace / "no folder" / "file")
        return files


class WithoutVideo(FastFaces):
    """Face makers that make no video."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        return replace(await super().make(order, workspace, report), video=None)


async def make(
    maker: FastFaces,
    workspace: Path,
    languages: Sequence[Language] = tuple(Language),
    processes: LimitedProcesses | None = None,
) -> FaceFiles:
    faces = MarkedFaces(
        maker, languages, processes or LimitedProcesses(), anyio.CapacityLimiter(1), anyio.CapacityLimiter(1)
    )
    return await faces.make(ORDER, workspace, lambda stage, fraction: None)


async def test_the_copies_stand_beside_the_files_that_were_made(tmp_path: Path) -> None:
    files = await make(FastFaces(), tmp_path)
    assert files.marked_portrait is not None
    assert files.marked_video is not None
    assert set(files.paths) == set(tmp_path.iterdir())
    with Image.open(files.portrait) as plain, Image.open(files.marked_portrait) as marked:
        assert (marked.format, marked.size) == (plain.format, plain.size)
        assert marked.tobytes() != plain.tobytes()
    assert files.marked_video.read_bytes() != (files.video or tmp_path).read_bytes()


async def test_without_languages_nothing_is_copied(tmp_path: Path) -> None:
    files = await make(FastFaces(), tmp_path, languages=())
    assert files.marked_portrait is None
    assert files.marked_video is None
    assert len(list(tmp_path.iterdir())) == 2


async def test_a_face_without_video_has_a_marked_portrait(tmp_path: Path) -> None:
    files = await make(WithoutVideo(), tmp_path)
    assert files.marked_portrait is not None
    assert files.marked_video is None


async def test_a_face_of_unknown_origin_is_not_said_to_be_generated(tmp_path: Path) -> None:
    files = await make(OfUnknownOrigin(), tmp_path)
    assert (files.marked_portrait, files.marked_video) == (None, None)
    assert set(files.paths) == set(tmp_path.iterdir())


async def test_a_disk_that_takes_no_copy_is_a_service_that_is_away(tmp_path: Path) -> None:
    with pytest.raises(ServiceUnavailable) as failed:
        await make(InTheWay(), tmp_path)
    assert failed.value.service == "disk"


async def test_a_face_waits_while_another_one_is_marked_and_leaves_drawing_to_others(tmp_path: Path) -> None:
    drawing, marking = anyio.CapacityLimiter(4), anyio.CapacityLimiter(1)
    faces = MarkedFaces(FastFaces(), tuple(Language), LimitedProcesses(), drawing, marking)
    async with marking:
        waiting = asyncio.create_task(faces.make(ORDER, tmp_path, lambda stage, fraction: None))
        while not marking.statistics().tasks_waiting:
            assert not waiting.done()
            await asyncio.sleep(0.001)
        assert drawing.borrowed_tokens == 0
    assert (await waiting).marked_video is not None


@pytest.mark.parametrize("name", ["portrait.png", "talking.mp4"])
async def test_a_face_that_cannot_be_marked_fails_and_the_operator_reads_why(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(FaceFailed, match="inform the operator") as failed:
        await make(Spoiled(name), tmp_path)
    assert not failed.value.retryable
    assert "cannot be marked" in caplog.text


async def test_marking_ends_with_its_time_and_the_face_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(FaceFailed) as failed:
        await make(FastFaces(), tmp_path, processes=LimitedProcesses(seconds=0.0))
    assert failed.value.retryable


async def test_a_cancelled_face_leaves_its_place_to_the_next_one(tmp_path: Path) -> None:
    limiter = anyio.CapacityLimiter(1)
    faces = MarkedFaces(FastFaces(), tuple(Language), LimitedProcesses(), limiter, anyio.CapacityLimiter(1))
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    first = asyncio.create_task(faces.make(ORDER, tmp_path / "first", lambda stage, fraction: None))
    while not limiter.borrowed_tokens:
        await asyncio.sleep(0.001)
    first.cancel()
    await asyncio.wait([first])
    assert first.cancelled()
    assert limiter.borrowed_tokens == 0
    files = await faces.make(ORDER, tmp_path / "second", lambda stage, fraction: None)
    assert files.marked_video is not None
