"""The gallery of condition faces in the blob storage."""

from collections import Counter
from pathlib import Path

import pytest

from adapters.faces.gallery import GalleryConditionFaces
from application.ports.blobs import BlobNotFound
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Stage
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs

HEADS = {".jpg": b"\xff\xd8\xff", ".mp4": b"\0\0\0\x08ftyp"}


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


async def add_files(blobs: MemoryBlobs, tmp_path: Path, *names: str) -> None:
    """Put files into the gallery; each begins as its kind does, and holds its own name."""
    for name in names:
        source = tmp_path / "source"
        source.write_bytes(HEADS.get(Path(name).suffix, b"") + name.encode())
        await blobs.put(f"output_condition/{name}", source, "application/octet-stream")


def name_in(path: Path) -> str:
    return path.read_bytes().removeprefix(HEADS[path.suffix]).decode()


async def add_faces(blobs: MemoryBlobs, tmp_path: Path, *names: str) -> None:
    for name in names:
        await add_files(blobs, tmp_path, f"{name}.jpg", f"{name}.mp4")


def order(age: int, gender: Gender = Gender.MAN, generation: str = "generation-1") -> FaceOrder:
    return FaceOrder(
        request_id="request-1",
        generation_id=generation,
        person=Person(age, gender),
        voice_key="voices/1.webm",
        voice_media_type="audio/webm",
    )


async def make(blobs: MemoryBlobs, workspace: Path, wanted: FaceOrder) -> FaceFiles:
    return await GalleryConditionFaces(blobs).make(wanted, workspace, lambda stage, fraction: None)


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        (1, "a-man_20"),
        (14, "a-man_20"),
        (15, "a-man_20"),
        (24, "a-man_20"),
        (25, "a-man_30"),
        (34, "a-man_30"),
        (35, "a-man_40"),
        (44, "a-man_40"),
        (50, "a-man_40"),
        (120, "a-man_40"),
    ],
)
async def test_the_decade_is_the_rounded_age_within_what_the_gallery_has(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path, age: int, shown: str
) -> None:
    await add_faces(blobs, tmp_path, "a-man_20", "a-man_30", "a-man_40", "a-woman_20", "a-man_70")
    files = await make(blobs, workspace, order(age))
    assert name_in(files.portrait) == f"{shown}.jpg"
    assert files.video is not None
    assert name_in(files.video) == f"{shown}.mp4"
    assert (files.portrait.suffix, files.video.suffix) == (".jpg", ".mp4")


async def test_a_child_gets_the_face_of_a_child_where_the_gallery_has_one(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await add_faces(blobs, tmp_path, "a-man_10", "a-man_20")
    assert name_in((await make(blobs, workspace, order(12))).portrait) == "a-man_10.jpg"


async def test_of_two_equally_near_decades_the_younger_one_is_taken(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await add_faces(blobs, tmp_path, "a-man_20", "a-man_40")
    assert name_in((await make(blobs, workspace, order(30))).portrait) == "a-man_20.jpg"


async def test_the_face_has_the_stated_gender(blobs: MemoryBlobs, tmp_path: Path, workspace: Path) -> None:
    await add_faces(blobs, tmp_path, "a-man_20", "b-woman_40", "a-woman-man_20")
    files = await make(blobs, workspace, order(20, Gender.WOMAN))
    assert name_in(files.portrait) == "b-woman_40.jpg"


async def test_a_retry_takes_the_same_face(blobs: MemoryBlobs, tmp_path: Path, workspace: Path) -> None:
    await add_faces(blobs, tmp_path, *(f"{name}-man_20" for name in "abcdefgh"))
    for generation in "xyz":
        first = name_in((await make(blobs, workspace, order(20, generation=generation))).portrait)
        again = name_in((await make(blobs, workspace, order(20, generation=generation))).portrait)
        assert again == first


async def test_suitable_faces_are_taken_equally_often(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await add_faces(blobs, tmp_path, "a-man_20", "b-man_20", "얼굴 하나-man_20", "d-man_20")
    shown = Counter[str]()
    for number in range(400):
        files = await make(blobs, workspace, order(20, generation=f"generation-{number}"))
        shown[name_in(files.portrait)] += 1
    assert len(shown) == 4
    assert min(shown.values()) > 65  # four standard deviations below 100


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("a-woman_20.jpg", "a-woman_20.mp4"),
        ("a-man_20.jpg",),
        ("a-man_20.mp4",),
        ("a-man_20.png", "a-man_20.mp4"),
        ("a-man.jpg", "a-man.mp4"),
        ("-man_20.jpg", "-man_20.mp4"),
        ("README.md",),
    ],
)
async def test_a_gallery_without_a_suitable_face_is_a_failure_without_retry_and_is_logged(
    blobs: MemoryBlobs,
    tmp_path: Path,
    workspace: Path,
    names: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await add_files(blobs, tmp_path, *names)
    with pytest.raises(FaceFailed) as failed:
        await make(blobs, workspace, order(20))
    assert not failed.value.retryable
    assert "output_condition/" not in str(failed.value)
    assert "output_condition/" in caplog.text


async def test_a_portrait_without_a_video_is_not_taken(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await add_files(blobs, tmp_path, "a-man_20.jpg")
    await add_faces(blobs, tmp_path, "b-man_20")
    for number in range(20):
        files = await make(blobs, workspace, order(20, generation=str(number)))
        assert name_in(files.portrait) == "b-man_20.jpg"


async def test_a_portrait_that_was_removed_meanwhile_is_a_failure_with_retry(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await add_faces(blobs, tmp_path, "a-man_20")

    class Vanishing(MemoryBlobs):
        list = blobs.list

    with pytest.raises(FaceFailed) as failed:
        await make(Vanishing(), workspace, order(20))
    assert failed.value.retryable
    assert isinstance(failed.value.__cause__, BlobNotFound)


async def test_progress_never_goes_back(blobs: MemoryBlobs, tmp_path: Path, workspace: Path) -> None:
    await add_faces(blobs, tmp_path, "a-man_20")
    reported: list[tuple[Stage, float]] = []
    await GalleryConditionFaces(blobs).make(
        order(20), workspace, lambda stage, fraction: reported.append((stage, fraction))
    )
    stages = list(Stage)
    assert reported
    assert reported == sorted(reported, key=lambda report: (stages.index(report[0]), report[1]))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a-man_20.jpg", b"\x89PNG\r\n\x1a\n"), ("a-man_20.jpg", b""), ("a-man_20.mp4", b"")],
)
async def test_a_file_of_another_kind_than_its_name_says_is_told_to_the_operator_at_once(
    blobs: MemoryBlobs,
    tmp_path: Path,
    workspace: Path,
    caplog: pytest.LogCaptureFixture,
    name: str,
    content: bytes,
) -> None:
    await add_faces(blobs, tmp_path, "a-man_20")
    (tmp_path / "source").write_bytes(content)
    await blobs.put(f"output_condition/{name}", tmp_path / "source", "application/octet-stream")
    with pytest.raises(FaceFailed, match="inform the operator") as failed:
        await make(blobs, workspace, order(20))
    assert not failed.value.retryable
    assert f"output_condition/{name}" in caplog.text
