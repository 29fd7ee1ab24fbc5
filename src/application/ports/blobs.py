"""What the application needs of a store of files."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol


class BlobNotFound(Exception):
    """No blob has this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobInfo:
    """What the store knows of a blob without opening it."""

    key: str
    size: int
    """Bytes."""
    media_type: str
    modified_at: datetime


class BlobStorage(Protocol):
    """Files under keys such as `voices/<request>/<name>.webm`; keys are ours, never a client's.

    Every method raises `ServiceUnavailable` when the store cannot be reached.
    """

    async def put(self, key: str, source: Path, media_type: str) -> None:
        """Store a file; an older blob of that key is replaced, a reader never sees a part."""
        ...

    async def fetch(self, key: str, target: Path) -> None:
        """Copy a blob into a file; raises `BlobNotFound`."""
        ...

    async def stat(self, key: str) -> BlobInfo:
        """Describe a blob; raises `BlobNotFound`."""
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` in chunks of bounded size; raises `BlobNotFound`."""
        ...

    async def delete(self, keys: Iterable[str]) -> None:
        """Remove blobs; a key that is not there counts as removed."""
        ...

    def list(self, prefix: str) -> AsyncIterator[BlobInfo]:
        """Yield what lies under a prefix, in no promised order (media types may be generic).

        Things in the same place that can be no blob of ours are left out.
        """
        ...

    async def direct_link(self, key: str, media_type: str, lifetime: timedelta) -> str | None:
        """Return an address where a client fetches the blob itself, None where only we serve it."""
        ...

    async def check(self) -> None:
        """Return when the store answers; raises `ServiceUnavailable`."""
        ...
