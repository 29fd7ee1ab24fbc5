"""Both faces are made side by side and stored."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.generation.make_faces import MakeFaces
from application.generation.progress import Progress
from application.ports.faces import FaceFailed, FaceFiles, FaceMaker, FaceOrder, ProgressReport
from application.ports.labels import FaceLabels
from domain.faces import Faces
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs
from doubles.faces import FastFaces
from doubles.labels import LABEL, AppendedLabels

ORDER = FaceOrder(
    request_id="1",
    generation_id="2",
    person=Person(30, Gender.WOMAN),
    voice_key="voices/1.webm",
    voice_media_type="audio/webm",
)


class FacesWithoutVideo(FastFaces):
    """Face makers that draw a portrait only."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        files = await super().make(order, workspace, report)
        return replace(files, video=None, note="The video could not be made.")


class OddlyNamedVideos(FastFaces):
    """Face makers whose video has a file name of another ending."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        files = await super().make(order, workspace, report)
        assert files.video is not None
        return replace(files, video=files.video.rename(files.video.with_suffix(".M4V")))


class FacesInWebp(FastFaces):
    """Face makers whose portrait and loop are both WebP files."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        files = await super().make(order, workspace, report)
        loop = workspace / "loop.webp"
        loop.write_bytes(b"an animation")
        return replace(files, portrait=files.portrait.rename(workspace / "portrait.webp"), loop=loop)


class FacesWithMarks(FastFaces):
    """Face makers that leave copies with the visible mark, too."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        files = await super().make(order, workspace, report)
        portrait, video = workspace / "marked", workspace / "marked.film"
        portrait.write_bytes(b"a marked portrait")
        video.write_bytes(b"a marked video")
        return replace(files, marked_portrait=portrait, marked_video=video)


async def make(
    voice_faces: FaceMaker,
    condition_faces: FaceMaker,
    blobs: MemoryBlobs,
    folder: Path,
    labels: FaceLabels | None = None,
) -> Faces:
    workspaces = LocalDiskWorkspaces(folder)
    make_faces = MakeFaces(voice_faces, condition_faces, labels or AppendedLabels(), blobs, workspaces)

    async def reserve(stored_bytes: int) -> None:
        reserved.append(stored_bytes)

    reserved: list[int] = []
    faces = await make_faces(ORDER, "faces/2/1/", Progress(), reserve)
    assert reserved == [sum([blob.size async for blob in blobs.list("")])]
    workspaces.close()
    return faces


@pytest.mark.parametrize("lacks", ["voice", "condition"])
async def test_the_note_of_either_face_says_why_its_video_is_missing(tmp_path: Path, lacks: str) -> None:
    makers = {kind: FacesWithoutVideo() if kind == lacks else FastFaces() for kind in ("voice", "condition")}
    faces = await make(makers["voice"], makers["condition"], MemoryBlobs(), tmp_path)
    assert getattr(faces, lacks).video is None
    assert faces.note == "The video could not be made."


async def test_a_video_is_stored_as_an_mp4_whatever_the_face_maker_calls_it(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    faces = await make(OddlyNamedVideos(), FastFaces(), blobs, tmp_path)
    assert faces.voice.video == "faces/2/1/voice.mp4"
    assert (await blobs.stat("faces/2/1/voice.mp4")).media_type == "video/mp4"


async def test_a_portrait_and_a_loop_of_one_file_type_are_stored_side_by_side(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    faces = await make(FacesInWebp(), FastFaces(), blobs, tmp_path)
    assert faces.voice.loop is not None
    portrait, loop = [await blobs.stat(key) for key in (faces.voice.portrait, faces.voice.loop)]
    assert portrait.media_type == loop.media_type == "image/webp"
    assert b"".join([chunk async for chunk in blobs.read(loop.key)]) == b"an animation" + LABEL
    assert portrait.size != loop.size


class BrokenLabels(AppendedLabels):
    """Labels only what has no video."""

    async def label(self, files: FaceFiles) -> None:
        if files.video is not None:
            raise FaceFailed("no label", retryable=True)
        await super().label(files)


class UselessLabels(AppendedLabels):
    """Cannot label anything."""

    def require_ready(self) -> None:
        raise FaceFailed("no key", retryable=False)


async def test_no_face_is_made_that_could_not_be_labelled(tmp_path: Path) -> None:
    made: list[FaceOrder] = []
    with pytest.raises(FaceFailed, match="no key"):
        await make(FastFaces(0, made.append), FastFaces(), MemoryBlobs(), tmp_path, UselessLabels())
    assert made == []


async def test_every_stored_file_carries_its_label(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    faces = await make(FacesInWebp(), FastFaces(), blobs, tmp_path)
    keys = faces.voice.keys + faces.condition.keys
    assert sorted(keys) == sorted([blob.key async for blob in blobs.list("")])
    assert len(keys) == 5
    for key in keys:
        assert b"".join([chunk async for chunk in blobs.read(key)]).endswith(LABEL)


async def test_nothing_is_stored_when_one_file_cannot_be_labelled(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    with pytest.raises(FaceFailed, match="no label"):
        await make(FacesWithoutVideo(), FastFaces(), blobs, tmp_path, BrokenLabels())
    assert [blob async for blob in blobs.list("")] == []


async def test_marked_copies_are_stored_beside_their_originals_and_counted(tmp_path: Path) -> None:
    blobs = MemoryBlobs()
    faces = await make(FacesWithMarks(), FastFaces(), blobs, tmp_path)  # which compares what was reserved
    for key, content in (("voice-marked.png", b"a marked portrait"), ("voice-marked.mp4", b"a marked video")):
        assert b"".join([chunk async for chunk in blobs.read(f"faces/2/1/{key}")]) == content + LABEL
    assert not any("marked" in key for key in faces.voice.keys)
    assert (await blobs.stat("faces/2/1/voice-marked.mp4")).media_type == "video/mp4"
