"""Blob storage in a dict, for tests."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.blobs.keys import require_key, require_prefix, require_range
from application.errors import ServiceUnavailable
from application.ports.blobs import BlobInfo, BlobNotFound
from application.ports.clock import Clock

CHUNK = 64 * 1024


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Blob:
    content: bytes
    info: BlobInfo


class MemoryBlobs:
    """Implements `BlobStorage` in memory; the clock gives the blobs their times."""

    def __init__(self, clock: Clock = _now) -> None:
        self._clock = clock
        self._blobs: dict[str, _Blob] = {}
        self.cannot_delete = False
        """Whether it does not answer when it is to remove blobs; a test sets it."""

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file."""
        require_key(key)
        content = await asyncio.to_thread(source.read_bytes)
        info = BlobInfo(key=key, size=len(content), media_type=media_type, modified_at=self._clock())
        self._blobs[key] = _Blob(content, info)

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a blob into a file."""
        await asyncio.to_thread(target.write_bytes, self._find(key).content)

    async def stat(self, key: str) -> BlobInfo:
        """Return what is known about a blob."""
        return self._find(key).info

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes of a range."""
        require_range(start, length)
        content = self._find(key).content
        end = len(content) if length is None else min(len(content), start + length)
        for position in range(start, end, CHUNK):
            yield content[position : min(position + CHUNK, end)]

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove blobs."""
        if self.cannot_delete:
            raise ServiceUnavailable("blob storage")
        for key in keys:
            require_key(key)
            self._blobs.pop(key, None)

    async def list(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Yield the blobs that were under the prefix when the listing began."""
        require_prefix(prefix)
        for info in [blob.info for key, blob in self._blobs.items() if key.startswith(prefix)]:
            yield info

    async def direct_link(
        self, key: str, media_type: str, lifetime: timedelta, file_name: str | None = None
    ) -> str | None:
        """Return None: only this process can send its blobs."""
        require_key(key)
        return None

    async def check(self) -> None:
        """Return: memory always answers."""

    def _find(self, key: str) -> _Blob:
        require_key(key)
        try:
            return self._blobs[key]
        except KeyError:
            raise BlobNotFound(key) from None
