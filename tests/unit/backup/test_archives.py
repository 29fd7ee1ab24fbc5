"""What `Backups` promises, readable and encrypted: one file, in which no changed byte goes unseen."""

import asyncio
import errno
import hashlib
import os
import random
import shutil
import subprocess
import tarfile
import tracemalloc
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.backup import contents
from adapters.backup.archives import ArchiveFiles
from adapters.backup.encryption import FIRST_BYTES, new_keys
from adapters.backup.seal import SealingWriter
from application.ports.backup import BackupRefused, BlobCopy, Manifest, TableCopy

NAMES = {
    "voices/a.flac": b"fLaC" + bytes(1000),
    "faces/b/1/voice.png": b"",
    f"faces/é/{'x' * 240}.mp4": b"\x00" * 512,
}
ROWS = b'["one"]\n["two"]\n'


@dataclass
class Keys:
    files: ArchiveFiles
    recipient: str
    identity: Path | None


@pytest.fixture(params=["readable", "encrypted"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Keys:
    if request.param == "readable":
        return Keys(ArchiveFiles(), "", None)
    private, public = new_keys()
    identity = tmp_path / "key"
    identity.write_text(f"# public key: {public}\n\n{private}\n")
    return Keys(ArchiveFiles(recipient=public, identity=identity), public, identity)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows/users.jsonl").write_bytes(ROWS)
    return tmp_path / "rows"


def manifest_of(*blobs: BlobCopy, rows: bytes = ROWS) -> Manifest:
    table = TableCopy(
        name="users",
        columns=(("id", "plain"),),
        key="id",
        rows=2,
        digest=hashlib.sha256(rows).hexdigest(),
    )
    return Manifest(
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        version="1.2",
        revision="0007",
        requests=1,
        tables=(table,),
        blobs=blobs,
    )


async def write(files: ArchiveFiles, target: Path, folder: Path, rows: bytes = ROWS) -> Manifest:
    source = target.with_name("source")
    async with files.create(target) as writer:
        copies = []
        for name, content in NAMES.items():
            source.write_bytes(content)
            copies.append(await writer.add(name, "image/png", source))
        manifest = manifest_of(*copies, rows=rows)
        await writer.finish(manifest, folder)
    return manifest


async def unpacked(files: ArchiveFiles, source: Path, folder: Path) -> dict[str, bytes]:
    return {key: content.read_bytes() async for key, content in files.unpack(source, folder)}


async def test_what_is_written_is_read_again(keys: Keys, tmp_path: Path, folder: Path) -> None:
    manifest = await write(keys.files, tmp_path / "backup", folder)
    assert await keys.files.verify(tmp_path / "backup") == manifest
    target = tmp_path / "target"
    target.mkdir()
    assert await unpacked(keys.files, tmp_path / "backup", target) == NAMES
    assert {path.name: path.read_bytes() for path in target.iterdir()} == {"users.jsonl": ROWS}
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "backup.part").exists()


@pytest.fixture
def some_places(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.node.name)


async def test_a_byte_that_was_changed_anywhere_is_refused(
    keys: Keys, tmp_path: Path, folder: Path, some_places: random.Random
) -> None:
    await write(keys.files, tmp_path / "backup", folder)
    whole = (tmp_path / "backup").read_bytes()
    damaged = tmp_path / "damaged"
    edges = [
        0,
        1,
        20,
        100,
        156,
        511,
        512,
        len(whole) - 1,
        len(whole) - 1024,
        len(whole) - 2048,
        len(whole) - 2049,
    ]
    for place in (*edges, *some_places.sample(range(len(whole)), 150)):
        damaged.write_bytes(
            whole[:place] + bytes([whole[place] ^ 1 << some_places.randrange(8)]) + whole[place + 1 :]
        )
        with pytest.raises(BackupRefused, match=r"damaged|no backup of this service|decrypted"):
            await keys.files.verify(damaged)


async def test_a_file_that_ends_too_early_or_too_late_is_refused(
    keys: Keys, tmp_path: Path, folder: Path
) -> None:
    await write(keys.files, tmp_path / "backup", folder)
    whole = (tmp_path / "backup").read_bytes()
    damaged = tmp_path / "damaged"
    for length in (
        0,
        1,
        22,
        511,
        512,
        1024,
        len(whole) // 2,
        len(whole) - 2048,
        len(whole) - 512,
        len(whole) - 1,
    ):
        damaged.write_bytes(whole[:length])
        with pytest.raises(BackupRefused, match=r"damaged|no backup of this service|decrypted"):
            await keys.files.verify(damaged)
    damaged.write_bytes(whole + b"\0")
    with pytest.raises(BackupRefused, match="damaged"):
        await keys.files.verify(damaged)


async def test_rows_and_blobs_that_are_not_those_of_the_manifest_are_refused(
    tmp_path: Path, folder: Path
) -> None:
    """Such a file has its seal: only a fault of the service could write it."""
    with pytest.raises(BackupRefused, match="does not hold the rows of users"):
        await write(ArchiveFiles(), tmp_path / "backup", folder, rows=b"others")
    assert {path.name for path in tmp_path.iterdir()} == {"rows", "source"}


async def test_another_format_and_other_files_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "backup"
    with source.open("wb") as file:
        sealing = SealingWriter(file)
        content = b'{"format":2,"more":[]}'
        (tmp_path / "first").write_bytes(content)
        contents.write_file(sealing, contents.FIRST, tmp_path / "first")
        sealing.seal()
    with pytest.raises(
        BackupRefused, match=r"format 2 of backups, which .* does not know\. Use a newer version"
    ):
        await ArchiveFiles().verify(source)
    with tarfile.open(source, "w") as other:
        other.add(tmp_path / "first", "voices/a")
    with pytest.raises(BackupRefused, match="no backup of this service"):
        await ArchiveFiles().verify(source)


async def test_a_key_that_does_not_fit_is_told(tmp_path: Path, folder: Path) -> None:
    (private, public), (other, _) = new_keys(), new_keys()
    await write(ArchiveFiles(recipient=public), tmp_path / "encrypted", folder)
    await write(ArchiveFiles(), tmp_path / "readable", folder)
    key = tmp_path / "key"
    key.write_text(other)
    with pytest.raises(BackupRefused, match="cannot be decrypted with this key"):
        await ArchiveFiles(identity=key).verify(tmp_path / "encrypted")
    with pytest.raises(BackupRefused, match=r"is encrypted\. Name the file with the private key"):
        await ArchiveFiles().verify(tmp_path / "encrypted")
    with pytest.raises(BackupRefused, match="is not encrypted"):
        await ArchiveFiles(identity=key).verify(tmp_path / "readable")
    key.write_text(private[:-1])
    with pytest.raises(BackupRefused, match="was cut off or changed"):
        await ArchiveFiles(identity=key).verify(tmp_path / "encrypted")
    key.write_text(public)
    with pytest.raises(BackupRefused, match="holds no private key"):
        await ArchiveFiles(identity=key).verify(tmp_path / "encrypted")
    key.write_text(f"{other}\n{private}\n")
    await ArchiveFiles(identity=key).verify(tmp_path / "encrypted")


async def test_nothing_of_an_encrypted_backup_is_readable(tmp_path: Path, folder: Path) -> None:
    await write(ArchiveFiles(recipient=new_keys()[1]), tmp_path / "backup", folder)
    written = (tmp_path / "backup").read_bytes()
    assert written.startswith(FIRST_BYTES)
    assert not [
        word for word in (b"voices/", b"users", b"fLaC", ROWS, contents.FIRST.encode()) if word in written
    ]


@pytest.mark.skipif(not shutil.which("tar"), reason="this machine has no tar")
async def test_a_readable_backup_is_an_archive_that_tar_unpacks(tmp_path: Path, folder: Path) -> None:
    await write(ArchiveFiles(), tmp_path / "backup", folder)
    target = tmp_path / "target"
    target.mkdir()
    command = ("tar", "xf", tmp_path / "backup", "-C", target)
    done = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
    _, said = await done.communicate()
    assert (done.returncode, said) == (0, b"")
    assert (target / "tables/users.jsonl").read_bytes() == ROWS
    assert {name: (target / "blobs" / name).read_bytes() for name in NAMES} == NAMES


async def test_a_name_that_is_taken_is_refused_and_the_file_stays(
    keys: Keys, tmp_path: Path, folder: Path
) -> None:
    (tmp_path / "backup").write_bytes(b"an earlier one")
    with pytest.raises(BackupRefused, match=r"There is a file .*backup already"):
        await write(keys.files, tmp_path / "backup", folder)
    assert (tmp_path / "backup").read_bytes() == b"an earlier one"


class Halt(Exception):
    pass


async def begin(files: ArchiveFiles, target: Path, source: Path, end: BaseException) -> None:
    async with files.create(target) as writer:
        await writer.add("voices/a", "audio/flac", source)
        raise end


@pytest.mark.parametrize("end", [Halt, asyncio.CancelledError])
async def test_nothing_is_left_of_a_backup_that_broke_off(
    keys: Keys, tmp_path: Path, folder: Path, end: type[BaseException]
) -> None:
    (tmp_path / "backup.part").write_bytes(b"left by a crash")
    with pytest.raises(end):
        await begin(keys.files, tmp_path / "backup", folder / "users.jsonl", end())
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("backup")]


async def test_a_full_disk_ends_the_backup_with_its_own_error(
    keys: Keys, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "users.jsonl").write_bytes(os.urandom(3_000_000))
    monkeypatch.setattr(Path, "with_name", lambda self, name: Path("/dev/full"))
    monkeypatch.setattr(Path, "unlink", lambda self, missing_ok=False: None)
    with pytest.raises(OSError, match="No space") as error:
        async with keys.files.create(tmp_path / "backup") as writer:
            await writer.finish(manifest_of(), folder)
    assert error.value.errno == errno.ENOSPC


async def test_a_disk_that_returns_other_bytes_is_found_out(
    keys: Keys, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damage(file: object, *_: object) -> None:
        path = tmp_path / "backup.part"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    monkeypatch.setattr(os, "posix_fadvise", damage)
    with pytest.raises(BackupRefused, match="disk does not return what was written"):
        await write(keys.files, tmp_path / "backup", folder)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("backup")]


async def test_large_blobs_are_not_held_in_memory(keys: Keys, tmp_path: Path, folder: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        for _ in range(40):
            file.write(os.urandom(1024 * 1024))
    target = tmp_path / "target"
    target.mkdir()
    tracemalloc.start()
    async with keys.files.create(tmp_path / "backup") as writer:
        copy = await writer.add("voices/a", "audio/flac", large)
        await writer.finish(manifest_of(copy), folder)
    await keys.files.verify(tmp_path / "backup")
    async for _, content in keys.files.unpack(tmp_path / "backup", target):
        assert content.stat().st_size == copy.size
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * 1024 * 1024
