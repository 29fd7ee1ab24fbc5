"""What only the folder storage must prove: how it works with the disk."""

import asyncio
import errno
import os
import time
from pathlib import Path

import pytest

from adapters.blobs import files
from adapters.blobs.local_folder import LocalFolderBlobs
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobNotFound

A_DAY = 86_400


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def blobs(root: Path) -> LocalFolderBlobs:
    return LocalFolderBlobs(root)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"sound" * 1000)
    return path


def incomplete_files(root: Path) -> list[Path]:
    return list((root / ".incoming").iterdir())


async def listed(blobs: LocalFolderBlobs) -> list[str]:
    return sorted([blob.key async for blob in blobs.list("")])


async def test_two_storages_in_one_folder_have_the_same_blobs(root: Path, source: Path) -> None:
    await LocalFolderBlobs(root).put("voices/a.webm", source, "audio/webm")
    assert (await LocalFolderBlobs(root).stat("voices/a.webm")).size == 5000


async def test_a_folder_is_removed_with_its_last_blob(
    blobs: LocalFolderBlobs, root: Path, source: Path
) -> None:
    await blobs.put("faces/1/1/voice.png", source, "image/png")
    await blobs.put("faces/2/1/voice.png", source, "image/png")
    await blobs.delete(["faces/1/1/voice.png"])
    assert [path.name for path in (root / "faces").iterdir()] == ["2"]
    await blobs.delete(["faces/2/1/voice.png"])
    assert [path.name for path in root.iterdir()] == [".incoming"]


async def test_files_of_other_programs_are_not_listed(
    blobs: LocalFolderBlobs, root: Path, source: Path
) -> None:
    await blobs.put("voices/a.webm", source, "audio/webm")
    for name in (".DS_Store", "a\\b", "a\nb"):
        (root / "voices" / name).touch()
    assert await listed(blobs) == ["voices/a.webm"]


async def test_a_missing_source_leaves_no_file_behind(blobs: LocalFolderBlobs, root: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await blobs.put("voices/a.webm", root / "nowhere", "audio/webm")
    assert incomplete_files(root) == []
    assert await listed(blobs) == []


async def test_a_full_disk_means_service_unavailable_and_leaves_no_file_behind(
    blobs: LocalFolderBlobs, root: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(ServiceUnavailable):
        await blobs.put("voices/a.webm", source, "audio/webm")
    assert incomplete_files(root) == []
    assert await listed(blobs) == []


async def test_a_cancelled_put_ends_before_the_caller_continues(
    blobs: LocalFolderBlobs, root: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, started, sync = asyncio.get_running_loop(), asyncio.Event(), os.fsync

    def slow_sync(descriptor: int) -> None:
        loop.call_soon_threadsafe(started.set)
        time.sleep(0.1)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow_sync)
    putting = asyncio.create_task(blobs.put("voices/a.webm", source, "audio/webm"))
    await started.wait()
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    await blobs.delete(["voices/a.webm"])
    assert incomplete_files(root) == []
    assert await listed(blobs) == []


async def test_what_a_dead_process_left_incomplete_files_is_never_listed_and_swept_later(
    blobs: LocalFolderBlobs, root: Path, source: Path
) -> None:
    fresh, old = root / ".incoming" / "fresh", root / ".incoming" / "old"
    for path in (fresh, old):
        path.write_bytes(b"incomplete")
    os.utime(old, (time.time() - A_DAY, time.time() - A_DAY))
    assert await listed(blobs) == []
    await blobs.put("voices/a.webm", source, "audio/webm")
    assert incomplete_files(root) == [fresh]
    assert await listed(blobs) == ["voices/a.webm"]


async def test_a_symbolic_link_to_a_folder_is_not_followed(
    blobs: LocalFolderBlobs, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.png").write_bytes(b"secret")
    (root / "faces").symlink_to(outside)
    assert [key for key in await listed(blobs) if "secret" in key] == []


def test_a_blob_is_stored_although_its_empty_folder_is_removed_three_times(
    tmp_path: Path, source: Path
) -> None:
    target, replace = tmp_path / "faces" / "1" / "voice.png", Path.replace
    removals = iter(range(3))

    def replace_after_removals(self: Path, goal: Path) -> Path:
        if next(removals, None) is not None:
            goal.parent.rmdir()
        return replace(self, goal)

    incoming = tmp_path / ".incoming"
    incoming.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "replace", replace_after_removals)
        files.store(source, target, tmp_path, incoming)
    assert target.read_bytes() == source.read_bytes()


async def test_a_missing_root_folder_fails_the_check(
    blobs: LocalFolderBlobs, root: Path, tmp_path: Path
) -> None:
    root.rename(tmp_path / "unmounted")
    with pytest.raises(ServiceUnavailable):
        await blobs.check()
    with pytest.raises(BlobNotFound):
        await blobs.stat("voices/a.webm")
