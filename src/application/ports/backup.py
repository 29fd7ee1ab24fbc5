"""The ports for backups: the rows of the database, and the file that keeps them with the blobs."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


class BackupRefused(Exception):
    """A backup cannot be written or restored; the message is a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCopy:
    """The rows of one table, in a file of the table's name."""

    name: str
    columns: tuple[tuple[str, str], ...]
    """The name of each column, and how its values are written."""
    key: str
    """The column of the primary key, by which the rows are sorted."""
    rows: int
    digest: str
    """SHA-256 of the rows as they are written, in hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobCopy:
    """A blob as it was copied."""

    key: str
    media_type: str
    size: int
    """Bytes."""
    digest: str
    """SHA-256 in hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The rows of all tables at one moment."""

    revision: str
    """Of the schema."""
    tables: tuple[TableCopy, ...]
    """In an order in which they can be filled: those that are referred to come first."""
    requests: int
    keys: frozenset[str]
    """The blobs that the rows refer to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    created_at: datetime
    version: str
    """Of the service that wrote it."""
    revision: str
    requests: int
    tables: tuple[TableCopy, ...]
    blobs: tuple[BlobCopy, ...]

    @property
    def size(self) -> int:
        """The bytes of all blobs."""
        return sum(blob.size for blob in self.blobs)


class DatabaseSnapshots(Protocol):
    """Reads the whole database while others write to it."""

    async def take(self, folder: Path) -> Snapshot:
        """Write the rows of one moment into a folder, a file for each table; it replaces those of an earlier snapshot.

        Raises `BackupRefused` unless the schema is the one that this version of the service knows, and
        `ServiceUnavailable`.
        """
        ...


class EmptyDatabase(Protocol):
    """A database that a backup is restored into; raises `ServiceUnavailable` if it does not answer."""

    async def require(self, revision: str) -> None:
        """Raise `BackupRefused` if this version does not know the revision, or if a table has rows; changes nothing."""
        ...

    async def fill(self, manifest: Manifest, folder: Path, now: datetime) -> None:
        """Load the tables from their files; then bring the schema up to date.

        The rows are there together, or none is; before that they are read again and compared with the manifest. All
        sessions have ended then, and no account with an address is due for erasure.
        Raises `BackupRefused` if the database is not empty, or if it does not hold what was written to it.
        """
        ...


class BackupWriter(Protocol):
    """A backup that is being written."""

    async def add(self, key: str, media_type: str, source: Path) -> BlobCopy:
        """Append a blob."""
        ...

    async def finish(self, manifest: Manifest, folder: Path) -> None:
        """Append the tables from their files and the manifest, and read all that was written again.

        Raises `BackupRefused` if the disk does not return what was written.
        """
        ...


class Backups(Protocol):
    """Backups, each in one file. Raises `OSError` where a file cannot be read or written."""

    def create(self, target: Path) -> AbstractAsyncContextManager[BackupWriter]:
        """Begin a backup; the file has its name once it is finished, and nothing is left of one that is not.

        Raises `BackupRefused` if there is a file of that name.
        """
        ...

    async def verify(self, source: Path) -> Manifest:
        """Read all of a backup; raises `BackupRefused` if any byte is not what was written, or it cannot be read."""
        ...

    def unpack(self, source: Path, folder: Path) -> AsyncGenerator[tuple[str, Path], None]:
        """Leave the file of each table in a folder, and yield the key of each blob with a file of its content.

        That file is removed when the next one is asked for. Blobs may be among them that the manifest does not name.
        """
        ...
