"""Backups in files on this machine."""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from adapters.backup import contents
from adapters.backup.encryption import FIRST_BYTES, decrypting, encrypting, read_identities
from adapters.backup.seal import CHUNK_BYTES, SealingWriter
from application.ports.backup import BackupRefused, BlobCopy, Manifest


class ArchiveFiles:
    """Implements `Backups`; encrypts for a recipient if there is one, and decrypts with the keys in a file.

    All work on files is done in threads.
    """

    def __init__(self, *, recipient: str = "", identity: Path | None = None) -> None:
        self._recipient = recipient
        self._identity = identity

    @asynccontextmanager
    async def create(self, target: Path) -> AsyncIterator["ArchiveWriter"]:
        """Write into `<name>.part` beside the target, for its owner alone; one that a crash has left is replaced."""
        if await asyncio.to_thread(os.path.lexists, target):
            raise BackupRefused(f"There is a file {target} already. Name another one.")
        part = target.with_name(f"{target.name}.part")
        try:
            writer = await asyncio.to_thread(ArchiveWriter, part, self._recipient)
            try:
                yield writer
            finally:
                await asyncio.to_thread(writer.close)
            if not self._recipient:
                await self.verify(part)
            await asyncio.to_thread(_give_name, part, target)
        finally:
            part.unlink(missing_ok=True)

    async def verify(self, source: Path) -> Manifest:
        """Read the file twice: first whether every byte is there, then what is in it."""
        return await asyncio.to_thread(self._verify, source)

    def _verify(self, source: Path) -> Manifest:
        with self._plain(source) as plain:
            contents.check(plain, source)
        with self._plain(source) as plain:
            return contents.read_manifest(plain, source)

    async def unpack(self, source: Path, folder: Path) -> AsyncGenerator[tuple[str, Path], None]:
        """Yield the blobs of a backup that was verified."""
        target = folder / "blob"
        with ExitStack() as stack:
            plain = await asyncio.to_thread(stack.enter_context, self._plain(source))
            entries = contents.entries(plain)
            while entry := await asyncio.to_thread(next, entries, None):
                name, content = entry
                if name.startswith(contents.TABLES):
                    await asyncio.to_thread(_save, content, folder / Path(name).name)
                elif name.startswith(contents.BLOBS):
                    await asyncio.to_thread(_save, content, target)
                    yield name.removeprefix(contents.BLOBS), target
                    target.unlink()

    @contextmanager
    def _plain(self, source: Path) -> Iterator[BinaryIO]:
        """Open a backup to read its plain bytes."""
        with source.open("rb") as file:
            is_encrypted = file.read(len(FIRST_BYTES)) == FIRST_BYTES
            file.seek(0)
            if is_encrypted and self._identity is None:
                raise BackupRefused(
                    f"{source} is encrypted. Name the file with the private key: --identity FILE."
                )
            if self._identity is None:
                yield file
                return
            if not is_encrypted:
                raise BackupRefused(
                    f"{source} is not encrypted, or its first bytes are damaged: --identity does not fit."
                )
            with decrypting(file, read_identities(self._identity), source) as plain:
                yield plain


class ArchiveWriter:
    """Implements `BackupWriter`."""

    def __init__(self, path: Path, recipient: str) -> None:
        self._path = path
        self._stack = ExitStack()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        file = self._stack.enter_context(os.fdopen(descriptor, "wb"))
        self._stack.callback(_sync, file)
        self._written = _Written(file)
        self._plain = SealingWriter(
            self._stack.enter_context(encrypting(self._written, recipient)) if recipient else self._written
        )
        contents.write_first(self._plain)

    async def add(self, key: str, media_type: str, source: Path) -> BlobCopy:
        """Append a blob."""
        size, digest = await asyncio.to_thread(contents.write_file, self._plain, contents.BLOBS + key, source)
        return BlobCopy(key=key, media_type=media_type, size=size, digest=digest)

    async def finish(self, manifest: Manifest, folder: Path) -> None:
        """Write the rest to the disk; then compare what the disk returns with what was written."""
        await asyncio.to_thread(self._finish, manifest, folder)

    def close(self) -> None:
        """Close the file, whether it is finished or not."""
        self._stack.close()

    def _finish(self, manifest: Manifest, folder: Path) -> None:
        contents.write_rest(self._plain, manifest, folder)
        self._plain.seal()
        self.close()
        with self._path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").digest()
        if digest != self._written.digest.digest():
            raise BackupRefused(
                f"The disk does not return what was written to {self._path}. Use another one."
            )


class _Written:
    """What goes into a file, and its digest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.digest.update(data)
        self._file.write(data)


def _sync(file: BinaryIO) -> None:
    """Bring a file to the disk, and let the system forget its content, so that it is read from the disk again."""
    file.flush()
    os.fsync(file.fileno())
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _give_name(part: Path, target: Path) -> None:
    part.rename(target)
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _save(content: IO[bytes], target: Path) -> None:
    with target.open("wb") as file:
        shutil.copyfileobj(content, file, CHUNK_BYTES)
