"""Backing up and restoring, on doubles of database and blobs and on real files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.backup.archives import ArchiveFiles
from adapters.workspaces.local_disk import LocalDiskWorkspaces
from application.operations.back_up import MOST_SNAPSHOTS, BackUp
from application.operations.restore import Restore
from application.ports.backup import BackupRefused, Manifest, Snapshot
from application.ports.blobs import BlobInfo
from domain.blob_keys import GALLERY
from doubles.backup import MemoryTarget, SnapshotsOf
from doubles.blobs import MemoryBlobs
from doubles.clock import ManualClock

A, B, C = (f"voices/{name}.flac" for name in "abc")
PICTURE = f"{GALLERY}x-man_30.jpg"


class ErasingBlobs(MemoryBlobs):
    """Erases a blob at the moment when it is to be copied."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.vanishing: set[str] = set()

    async def fetch(self, key: str, target: Path) -> None:
        if key in self.vanishing:
            await self.delete([key])
        await super().fetch(key, target)


class WrongBlobs(MemoryBlobs):
    """Keeps other bytes than it was given."""

    async def put(self, key: str, source: Path, media_type: str) -> None:
        source.write_bytes(b"other bytes")
        await super().put(key, source, media_type)


class Operator:
    """Backs up and restores, with what that needs."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.file = folder / "backup"
        self.source = ErasingBlobs(self.clock)
        self.target = MemoryBlobs(self.clock)
        self.database = MemoryTarget()
        self.workspaces = LocalDiskWorkspaces(folder / "scratch")
        self.files = ArchiveFiles()
        self.told: list[str] = []
        self._folder = folder

    async def store(self, *keys: str, blobs: MemoryBlobs | None = None) -> None:
        path = self._folder / "stored"
        for key in keys:
            path.write_text(f"the content of {key}")
            await (blobs or self.source).put(key, path, "audio/x-own")

    async def back_up(self, snapshots: SnapshotsOf, *, without_lost: bool = False) -> Manifest:
        use_case = BackUp(snapshots, self.source, self.files, self.workspaces, self.clock, version="1")
        return await use_case(self.file, self.told.append, without_lost=without_lost)

    async def restore(self) -> Manifest:
        use_case = Restore(self.files, self.database, self.target, self.workspaces, self.clock)
        return await use_case(self.file, self.told.append)

    async def in_target(self) -> dict[str, BlobInfo]:
        return {blob.key: blob async for blob in self.target.list("")}


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def keys_of(manifest: Manifest) -> set[str]:
    return {blob.key for blob in manifest.blobs}


async def test_rows_and_blobs_come_back_with_their_media_types(operator: Operator) -> None:
    await operator.store(A, B, PICTURE)
    manifest = await operator.back_up(SnapshotsOf({A, B}))
    operator.clock.advance(hours=1)
    assert await operator.restore() == manifest
    restored = await operator.in_target()
    assert restored.keys() == {A, B, PICTURE}
    assert {blob.media_type for blob in restored.values()} == {"audio/x-own"}
    assert b"".join([chunk async for chunk in operator.target.read(A)]) == f"the content of {A}".encode()
    assert operator.database.rows == {"face_requests": f'["{A}"]\n["{B}"]\n'.encode()}
    assert operator.database.filled_at == operator.clock()
    assert (manifest.requests, manifest.revision, manifest.version) == (2, "0007", "1")


async def test_orphans_are_left_out(operator: Operator) -> None:
    await operator.store(A, B)
    assert keys_of(await operator.back_up(SnapshotsOf({A}))) == {A}


async def test_a_blob_that_is_erased_meanwhile_is_in_no_row_of_the_backup(operator: Operator) -> None:
    await operator.store(A, B, C)
    operator.source.vanishing = {B}
    snapshots = SnapshotsOf({A, B}, {A, C})
    assert keys_of(await operator.back_up(snapshots)) == {A, C}
    assert snapshots.taken == 2
    await operator.restore()
    assert (await operator.in_target()).keys() == {A, C}
    assert operator.database.rows == {"face_requests": f'["{A}"]\n["{C}"]\n'.encode()}


async def test_a_blob_that_was_copied_before_it_was_erased_is_not_restored(operator: Operator) -> None:
    await operator.store(A, B)
    operator.source.vanishing = {B}
    snapshots = SnapshotsOf({A, B}, set())
    assert keys_of(await operator.back_up(snapshots)) == set()
    await operator.restore()
    assert not await operator.in_target()


async def test_a_blob_that_the_storage_has_lost_is_named(operator: Operator) -> None:
    await operator.store(A)
    snapshots = SnapshotsOf({A, B})
    with pytest.raises(BackupRefused, match=f"lost files to which the database refers: 1, such as {B}"):
        await operator.back_up(snapshots)
    assert snapshots.taken == 2
    assert not operator.file.exists()


async def test_a_backup_can_be_written_without_what_is_lost(operator: Operator) -> None:
    await operator.store(A, C)
    operator.source.vanishing = {C}
    manifest = await operator.back_up(SnapshotsOf({A, B, C}, {A, B}), without_lost=True)
    assert keys_of(manifest) == {A}
    assert f"The blob storage has lost {B}." in operator.told
    await operator.restore()
    assert operator.database.rows == {"face_requests": f'["{A}"]\n["{B}"]\n'.encode()}


async def test_a_backup_has_the_moment_of_its_rows(operator: Operator) -> None:
    class Slow(SnapshotsOf):
        async def take(self, folder: Path) -> Snapshot:
            operator.clock.advance(minutes=5)
            return await super().take(folder)

    began = operator.clock()
    assert (await operator.back_up(Slow(set()))).created_at == began


async def test_it_gives_up_when_each_snapshot_lacks_another_blob(operator: Operator) -> None:
    snapshots = SnapshotsOf(*({f"voices/{number}.flac"} for number in range(MOST_SNAPSHOTS)))
    with pytest.raises(BackupRefused, match="erased faster than they could be copied"):
        await operator.back_up(snapshots)
    assert snapshots.taken == MOST_SNAPSHOTS


async def test_a_restore_that_broke_off_is_continued(operator: Operator) -> None:
    await operator.store(A, B)
    await operator.back_up(SnapshotsOf({A, B}))
    await operator.store(A, blobs=operator.target)
    await operator.restore()
    assert (await operator.in_target()).keys() == {A, B}


async def damaged(operator: Operator) -> None:
    content = bytearray(operator.file.read_bytes())
    content[len(content) // 2] ^= 1
    operator.file.write_bytes(content)


async def with_another_blob(operator: Operator) -> None:
    await operator.store(C, blobs=operator.target)


async def with_rows(operator: Operator) -> None:
    operator.database.rows = {"users": b"[1]\n"}


async def of_another_schema(operator: Operator) -> None:
    class Newer(SnapshotsOf):
        async def take(self, folder: Path) -> Snapshot:
            snapshot = await super().take(folder)
            return Snapshot(revision="0008", tables=snapshot.tables, requests=0, keys=snapshot.keys)

    operator.file.unlink()
    await operator.back_up(Newer({A}))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (damaged, "is damaged"),
        (with_another_blob, f"blob storage is not empty: it holds {C}"),
        (with_rows, "database is not empty"),
        (of_another_schema, "schema 0008"),
    ],
)
async def test_what_is_refused_changes_nothing(
    operator: Operator, change: Callable[[Operator], object], sentence: str
) -> None:
    await operator.store(A)
    await operator.back_up(SnapshotsOf({A}))
    result = change(operator)
    if hasattr(result, "__await__"):
        await result
    rows, blobs = operator.database.rows, await operator.in_target()
    with pytest.raises(BackupRefused, match=sentence):
        await operator.restore()
    assert (operator.database.rows, await operator.in_target()) == (rows, blobs)


async def test_a_storage_that_returns_other_bytes_is_found_out_before_the_database_is_filled(
    operator: Operator,
) -> None:
    await operator.store(A)
    await operator.back_up(SnapshotsOf({A}))
    operator.target = WrongBlobs(operator.clock)
    with pytest.raises(BackupRefused, match="returns other bytes of voices/a"):
        await operator.restore()
    assert not operator.database.rows


async def test_no_workspace_is_left(operator: Operator, tmp_path: Path) -> None:
    await operator.store(A)
    await operator.back_up(SnapshotsOf({A}))
    await operator.restore()
    assert not list((tmp_path / "scratch").rglob("*/*"))


async def test_copies_with_the_mark_are_backed_up_where_there_are_any(operator: Operator) -> None:
    marked, plain = "faces/1/1/voice.png", "faces/2/1/voice.png"
    await operator.store(marked, "faces/1/1/voice-marked.png", plain)
    manifest = await operator.back_up(SnapshotsOf({marked, plain}))
    assert keys_of(manifest) == {marked, "faces/1/1/voice-marked.png", plain}
    await operator.restore()
    assert set(await operator.in_target()) == keys_of(manifest)
