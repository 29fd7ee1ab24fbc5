"""The entries of an archive: what says that it is one, blobs, tables, and the manifest."""

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import msgspec

from adapters.backup.seal import (
    BLOCK,
    CHUNK_BYTES,
    Readable,
    SealBroken,
    SealedReader,
    Writable,
    header,
    padding,
)
from application.ports.backup import BackupRefused, Manifest

FORMAT = 1
FIRST = "voice2face-backup.json"
LARGEST_FIRST = 64 * 1024
BLOBS, TABLES, ROWS = "blobs/", "tables/", ".jsonl"
MANIFEST = "manifest.json"


class First(msgspec.Struct, frozen=True):
    """The first entry."""

    format: int


def write_first(target: Writable) -> None:
    """Append the first entry."""
    _write(target, FIRST, msgspec.json.encode(First(FORMAT)))


def write_file(target: Writable, name: str, source: Path) -> tuple[int, str]:
    """Append a file as an entry; return its size and its digest."""
    digest = hashlib.sha256()
    with source.open("rb") as file:
        size = left = source.stat().st_size
        target.write(header(name, size))
        while left and (chunk := file.read(min(CHUNK_BYTES, left))):
            digest.update(chunk)
            target.write(chunk)
            left -= len(chunk)
    if left:
        raise OSError(f"{source} became shorter while it was read")
    target.write(padding(size))
    return size, digest.hexdigest()


def write_rest(target: Writable, manifest: Manifest, folder: Path) -> None:
    """Append the tables from their files, and the manifest."""
    for table in manifest.tables:
        name = table.name + ROWS
        write_file(target, TABLES + name, folder / name)
    _write(target, MANIFEST, msgspec.json.encode(manifest))


def _write(target: Writable, name: str, content: bytes) -> None:
    target.write(header(name, len(content)) + content + padding(len(content)))


def require_known_format(source: Readable, name: Path) -> None:
    """Read the first entry; raises `BackupRefused` unless it is that of a backup in our format."""
    refused = BackupRefused(f"{name} is no backup of this service, or its first bytes are damaged.")
    try:
        info = tarfile.TarInfo.frombuf(source.read(BLOCK), "utf-8", "strict")
        if info.name != FIRST or info.size > LARGEST_FIRST:
            raise refused
        first = msgspec.json.decode(source.read(info.size), type=First)
    except (tarfile.HeaderError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise refused from error
    if first.format != FORMAT:
        raise BackupRefused(
            f"{name} has format {first.format} of backups, which this version of the service does not know. "
            "Use a newer version."
        )


def entries(source: Readable) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and content of each entry of an archive whose seal was checked."""
    plain = cast("IO[bytes]", SealedReader(source))  # tarfile only reads from a stream
    with tarfile.open(fileobj=plain, mode="r|", encoding="utf-8", errors="strict") as archive:
        for info in archive:
            if (content := archive.extractfile(info)) is not None:
                yield info.name, content
            archive.members = []  # type: ignore[attr-defined]  # it would remember all of them


def check(source: Readable, name: Path) -> None:
    """Read all of an archive; raises `BackupRefused` unless it has our format and every byte that was written."""
    reader = SealedReader(source)
    require_known_format(reader, name)
    try:
        reader.check()
    except SealBroken as error:
        raise BackupRefused(f"{name} is damaged: bytes are missing or were changed.") from error


def read_manifest(source: Readable, name: Path) -> Manifest:
    """Return the manifest of an archive whose seal was checked, after comparing all that it names."""
    digests: dict[str, tuple[int, str]] = {}
    manifest: Manifest | None = None
    for entry, content in entries(source):
        if entry == MANIFEST:
            manifest = msgspec.json.decode(content.read(), type=Manifest)
        elif entry.startswith((BLOBS, TABLES)):
            digest, size = hashlib.sha256(), 0
            while chunk := content.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
            digests[entry] = size, digest.hexdigest()
    if manifest is None:
        raise BackupRefused(f"{name} has no manifest.")
    for blob in manifest.blobs:
        if digests.get(BLOBS + blob.key) != (blob.size, blob.digest):
            raise BackupRefused(f"{name} does not hold the file {blob.key} as its manifest describes it.")
    for table in manifest.tables:
        if digests.get(TABLES + table.name + ROWS, (0, ""))[1] != table.digest:
            raise BackupRefused(
                f"{name} does not hold the rows of {table.name} as its manifest describes them."
            )
    return manifest
