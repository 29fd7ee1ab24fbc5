"""The gallery of condition faces in a store of blobs."""

from collections import Counter
from pathlib import Path

import pytest

from adapters.faces.gallery import GalleryConditionFaces
from application.ports.blobs import BlobNotFound
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, Stage
from domain.voice import Gender, Person
from doubles.blobs import MemoryBlobs


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


async def hang(blobs: MemoryBlobs, tmp_path: Path, *names: str) -> None:
    """Hang pictures into the gallery; each says its own name."""
    for name in names:
        source = tmp_path / "source"
        source.write_text(name)
        await blobs.put(f"output_condition/{name}", source, "application/octet-stream")


async def hang_pairs(blobs: MemoryBlobs, tmp_path: Path, *names: str) -> None:
    for name in names:
        await hang(blobs, tmp_path, f"{name}.jpg", f"{name}.mp4")


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
async def test_the_decade_is_the_age_rounded_and_within_what_the_gallery_has(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path, age: int, shown: str
) -> None:
    await hang_pairs(blobs, tmp_path, "a-man_20", "a-man_30", "a-man_40", "a-woman_20", "a-man_70")
    files = await make(blobs, workspace, order(age))
    assert files.portrait.read_text() == f"{shown}.jpg"
    assert files.video is not None
    assert files.video.read_text() == f"{shown}.mp4"
    assert (files.portrait.suffix, files.video.suffix) == (".jpg", ".mp4")


async def test_a_gallery_with_children_shows_them(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await hang_pairs(blobs, tmp_path, "a-man_10", "a-man_20")
    assert (await make(blobs, workspace, order(12))).portrait.read_text() == "a-man_10.jpg"


async def test_of_two_decades_as_near_the_younger_stands_in(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await hang_pairs(blobs, tmp_path, "a-man_20", "a-man_40")
    assert (await make(blobs, workspace, order(30))).portrait.read_text() == "a-man_20.jpg"


async def test_the_gender_is_the_stated_one(blobs: MemoryBlobs, tmp_path: Path, workspace: Path) -> None:
    await hang_pairs(blobs, tmp_path, "a-man_20", "b-woman_40", "a-woman-man_20")
    files = await make(blobs, workspace, order(20, Gender.WOMAN))
    assert files.portrait.read_text() == "b-woman_40.jpg"


async def test_a_retry_shows_the_same_face(blobs: MemoryBlobs, tmp_path: Path, workspace: Path) -> None:
    await hang_pairs(blobs, tmp_path, *(f"{name}-man_20" for name in "abcdefgh"))
    for generation in "xyz":
        first = (await make(blobs, workspace, order(20, generation=generation))).portrait.read_text()
        again = (await make(blobs, workspace, order(20, generation=generation))).portrait.read_text()
        assert again == first


async def test_chance_favours_none(blobs: MemoryBlobs, tmp_path: Path, workspace: Path) -> None:
    await hang_pairs(blobs, tmp_path, "a-man_20", "b-man_20", "얼굴 하나-man_20", "d-man_20")
    shown = Counter[str]()
    for number in range(400):
        files = await make(blobs, workspace, order(20, generation=f"generation-{number}"))
        shown[files.portrait.read_text()] += 1
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
async def test_a_gallery_without_a_fitting_pair_fails_for_good_and_tells_the_operator(
    blobs: MemoryBlobs,
    tmp_path: Path,
    workspace: Path,
    names: tuple[str, ...],
    caplog: pytest.LogCaptureFixture,
) -> None:
    await hang(blobs, tmp_path, *names)
    with pytest.raises(FaceFailed) as failed:
        await make(blobs, workspace, order(20))
    assert not failed.value.retryable
    assert "output_condition/" not in str(failed.value)
    assert "output_condition/" in caplog.text


async def test_a_picture_that_lacks_its_video_is_not_shown(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await hang(blobs, tmp_path, "a-man_20.jpg")
    await hang_pairs(blobs, tmp_path, "b-man_20")
    for number in range(20):
        files = await make(blobs, workspace, order(20, generation=str(number)))
        assert files.portrait.read_text() == "b-man_20.jpg"


async def test_a_picture_that_vanishes_is_a_fault_that_may_pass(
    blobs: MemoryBlobs, tmp_path: Path, workspace: Path
) -> None:
    await hang_pairs(blobs, tmp_path, "a-man_20")

    class Vanishing(MemoryBlobs):
        list = blobs.list

    with pytest.raises(FaceFailed) as failed:
        await make(Vanishing(), workspace, order(20))
    assert failed.value.retryable
    assert isinstance(failed.value.__cause__, BlobNotFound)


async def test_progress_goes_forward(blobs: MemoryBlobs, tmp_path: Path, workspace: Path) -> None:
    await hang_pairs(blobs, tmp_path, "a-man_20")
    reported: list[tuple[Stage, float]] = []
    await GalleryConditionFaces(blobs).make(
        order(20), workspace, lambda stage, fraction: reported.append((stage, fraction))
    )
    stages = list(Stage)
    assert reported
    assert reported == sorted(reported, key=lambda report: (stages.index(report[0]), report[1]))
