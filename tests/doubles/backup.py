"""A database with a snapshot for each call, and one that keeps what it is filled with, for tests of backups."""

import hashlib
from datetime import datetime
from pathlib import Path

from application.ports.backup import BackupRefused, Manifest, Snapshot, TableCopy

REVISION = "0007"


class SnapshotsOf:
    """Implements `DatabaseSnapshots`: its only table holds the keys of blobs, one a line; `before` runs first."""

    def __init__(self, *keys: set[str]) -> None:
        self._remaining = list(keys)
        self.taken = 0

    async def take(self, folder: Path) -> Snapshot:
        """Write the keys of the next snapshot, or those of the last one again."""
        keys = self._remaining.pop(0) if len(self._remaining) > 1 else self._remaining[0]
        self.taken += 1
        content = "".join(f'["{key}"]\n' for key in sorted(keys)).encode()
        (folder / "face_requests.jsonl").write_bytes(content)
        table = TableCopy(
            name="face_requests",
            columns=(("voice_key", "plain"),),
            key="voice_key",
            rows=len(keys),
            digest=hashlib.sha256(content).hexdigest(),
        )
        return Snapshot(revision=REVISION, tables=(table,), requests=len(keys), keys=frozenset(keys))


class MemoryTarget:
    """Implements `EmptyDatabase`: it keeps the lines of the files."""

    def __init__(self) -> None:
        self.rows: dict[str, bytes] = {}
        self.filled_at: datetime | None = None

    async def require(self, revision: str) -> None:
        """Refuse other revisions, and to be filled twice."""
        if revision != REVISION:
            raise BackupRefused(f"The backup has the schema {revision}.")
        if self.rows:
            raise BackupRefused("The database is not empty.")

    async def fill(self, manifest: Manifest, folder: Path, now: datetime) -> None:
        """Read the files."""
        self.rows = {table.name: (folder / f"{table.name}.jsonl").read_bytes() for table in manifest.tables}
        self.filled_at = now
