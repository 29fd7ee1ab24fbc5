"""Blobs in a folder of this machine."""

import asyncio
import errno
import logging
import os
import stat
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from adapters.blobs import files
from adapters.blobs.files import to_the_end
from adapters.blobs.keys import ANY_BYTES, is_key, require_key, require_prefix, require_range
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobInfo, BlobNotFound
from domain.media import MEDIA_TYPES

CHUNK = 256 * 1024
DISK_TROUBLES = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EACCES, errno.EPERM, errno.ESTALE}

log = logging.getLogger(__name__)


class LocalFolderBlobs:
    """The port `BlobStorage` in one folder, which is made when it is missing; several processes may share it.

    The media type of a blob follows from its key's ending, whatever it was put with. All work on files is
    done in threads.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / ".incoming"  # no key can name it: the parts of a key never start with a dot
        self._incoming.mkdir(parents=True, exist_ok=True)

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file; it is on the disk when this returns, and a cancelled call leaves all of it or nothing."""
        require_key(key)
        with _translated():
            await to_the_end(files.sweep, self._incoming)
            await to_the_end(files.store, source, self._root / key, self._root, self._incoming)

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a blob into a file, which appears when it is whole."""
        require_key(key)
        with _translated(key):
            await to_the_end(files.copy, self._root / key, target)

    async def stat(self, key: str) -> BlobInfo:
        """Describe a blob."""
        require_key(key)
        with _translated(key):
            found = await asyncio.to_thread(os.stat, self._root / key)
        if not stat.S_ISREG(found.st_mode):
            raise BlobNotFound(key)
        return _info(key, found)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes of a range, of the blob as it was when the reading began."""
        require_key(key)
        require_range(start, length)
        with _translated(key):
            blob = await to_the_end((self._root / key).open, "rb", buffering=0)
            with blob:
                await to_the_end(blob.seek, start)
                while chunk := await to_the_end(blob.read, CHUNK if length is None else min(CHUNK, length)):
                    yield chunk
                    length = None if length is None else length - len(chunk)

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove blobs, and the folders that this empties."""
        for key in keys:
            require_key(key)
            with _translated():
                await to_the_end(files.remove, self._root / key, self._root)

    async def list(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Yield what lies under a prefix, folder by folder; what vanishes meanwhile, or is not ours, is passed over."""
        require_prefix(prefix)
        folders = [prefix.rpartition("/")[0]]
        while folders:
            folder = folders.pop()
            with _translated():
                found, subfolders = await asyncio.to_thread(files.scan, self._root / folder)
            below = f"{folder}/" if folder else ""
            folders += [below + name for name in subfolders if (below + name + "/").startswith(prefix)]
            for name, entry in found:
                if (below + name).startswith(prefix) and is_key(below + name):
                    yield _info(below + name, entry)

    async def direct_link(self, key: str, media_type: str, lifetime: timedelta) -> str | None:
        """Return None: only we serve a folder."""
        require_key(key)
        return None

    async def check(self) -> None:
        """Return when the folder can be written to."""
        if not await asyncio.to_thread(os.access, self._incoming, os.W_OK | os.X_OK):
            raise ServiceUnavailable("blob storage")


def _info(key: str, found: os.stat_result) -> BlobInfo:
    return BlobInfo(
        key=key,
        size=found.st_size,
        media_type=MEDIA_TYPES.get(PurePosixPath(key).suffix, ANY_BYTES),
        modified_at=datetime.fromtimestamp(found.st_mtime, UTC),
    )


@contextmanager
def _translated(key: str | None = None) -> Iterator[None]:
    """Turn a missing file into `BlobNotFound`, where a key is given, and a failing disk into `ServiceUnavailable`."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as missing:
        if key is None:
            raise
        raise BlobNotFound(key) from missing
    except OSError as error:
        if error.errno not in DISK_TROUBLES:
            raise
        log.error("the folder of blobs fails: %s", error)
        raise ServiceUnavailable("blob storage") from error
