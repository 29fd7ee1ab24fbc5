"""Blobs in a folder on this machine."""

import asyncio
import errno
import logging
import os
import stat
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from adapters.blobs import CHUNK_BYTES, SERVICE, UNKNOWN_MEDIA_TYPE, files
from adapters.blobs.files import run_to_completion
from adapters.blobs.keys import is_key, require_key, require_prefix, require_range
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobInfo, BlobNotFound
from domain.media import MEDIA_TYPES

_FAILING_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ESTALE}

log = logging.getLogger(__name__)


class LocalFolderBlobs:
    """Implements `BlobStorage` in one folder, which is created when it is missing; several processes may share it.

    The media type of a blob follows from the ending of its key, not from the one that `put` was given. All work on
    files is done in threads.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / ".incoming"  # no key can name it, because no part of a key starts with a dot
        self._incoming.mkdir(parents=True, exist_ok=True)

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file; it is on the disk when this returns, and a cancelled call stores all of it or nothing."""
        require_key(key)
        with _disk_errors():
            await run_to_completion(files.remove_abandoned, self._incoming)
            await run_to_completion(files.store, source, self._root / key, self._root, self._incoming)

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a blob into a file, which appears when it is complete."""
        require_key(key)
        with _disk_errors(key):
            await run_to_completion(files.copy, self._root / key, target)

    async def stat(self, key: str) -> BlobInfo:
        """Describe a blob."""
        require_key(key)
        with _disk_errors(key):
            found = await asyncio.to_thread(os.stat, self._root / key)
        if not stat.S_ISREG(found.st_mode):
            raise BlobNotFound(key)
        return _info(key, found)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes of a range, of the blob as it was when the reading began."""
        require_key(key)
        require_range(start, length)
        with _disk_errors(key):
            blob = await run_to_completion((self._root / key).open, "rb", buffering=0)
            with blob:
                await run_to_completion(blob.seek, start)
                remaining = sys.maxsize if length is None else length
                while chunk := await run_to_completion(blob.read, min(CHUNK_BYTES, remaining)):
                    yield chunk
                    remaining -= len(chunk)

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove blobs, and the folders that become empty."""
        for key in keys:
            require_key(key)
            with _disk_errors():
                await run_to_completion(files.remove, self._root / key, self._root)

    async def list(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Yield the blobs under a prefix, folder by folder.

        Files that are removed during the listing, and files of other programs, are left out.
        """
        require_prefix(prefix)
        folders = [prefix.rpartition("/")[0]]
        while folders:
            folder = folders.pop()
            with _disk_errors():
                found, subfolders = await asyncio.to_thread(files.scan, self._root / folder)
            below = f"{folder}/" if folder else ""
            folders += [below + name for name in subfolders if (below + name + "/").startswith(prefix)]
            for name, entry in found:
                if (below + name).startswith(prefix) and is_key(below + name):
                    yield _info(below + name, entry)

    async def direct_link(
        self, key: str, media_type: str, lifetime: timedelta, file_name: str | None = None
    ) -> str | None:
        """Return None: only this service can serve a folder."""
        require_key(key)
        return None

    async def check(self) -> None:
        """Return when the folder can be written to."""
        if not await asyncio.to_thread(os.access, self._incoming, os.W_OK | os.X_OK):
            raise ServiceUnavailable(SERVICE)


def _info(key: str, found: os.stat_result) -> BlobInfo:
    return BlobInfo(
        key=key,
        size=found.st_size,
        media_type=MEDIA_TYPES.get(PurePosixPath(key).suffix, UNKNOWN_MEDIA_TYPE),
        modified_at=datetime.fromtimestamp(found.st_mtime, UTC),
    )


@contextmanager
def _disk_errors(key: str | None = None) -> Iterator[None]:
    """Turn a missing file into `BlobNotFound`, where a key is given, and a failing disk into `ServiceUnavailable`."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as missing:
        if key is None:
            raise
        raise BlobNotFound(key) from missing
    except OSError as error:
        if error.errno not in _FAILING_DISK:
            raise
        log.error("the disk of the blob storage reports an error: %s", error)
        raise ServiceUnavailable(SERVICE) from error
