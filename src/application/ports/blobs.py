"""The port for blob storage."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol


class BlobNotFound(Exception):
    """No blob has this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobInfo:
    """What the storage knows about a blob without opening it."""

    key: str
    size: int
    """Bytes."""
    media_type: str
    modified_at: datetime


class BlobStorage(Protocol):
    """Stores files under keys such as `voices/<request>.webm`; `domain.blob_keys` makes the keys.

    Every method raises `ServiceUnavailable` if the storage does not answer.
    """

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file; it replaces an older blob of that key, and a reader never sees a part of it."""
        ...

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a blob into a file; raises `BlobNotFound`."""
        ...

    async def stat(self, key: str) -> BlobInfo:
        """Return what is known about a blob; raises `BlobNotFound`."""
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield `length` bytes from `start`, None for all, in chunks of bounded size; raises `BlobNotFound`."""
        ...

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove blobs; keys without a blob are ignored."""
        ...

    def list(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Yield the blobs under a prefix in any order; their media types may be generic.

        Files in the storage that cannot be blobs of this service are left out.
        """
        ...

    async def direct_link(
        self, key: str, media_type: str, lifetime: timedelta, file_name: str | None = None
    ) -> str | None:
        """Return an address where a client can fetch the blob, None if only the service itself can send it.

        A browser saves it under `file_name` if there is one, and keeps no copy beyond the lifetime.
        """
        ...

    async def check(self) -> None:
        """Return if the storage answers; raises `ServiceUnavailable`."""
        ...
