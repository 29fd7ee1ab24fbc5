"""Back up the database and the blobs while the service runs."""

from collections.abc import Callable, Set
from datetime import datetime
from pathlib import Path

from application.ports.backup import (
    BackupRefused,
    Backups,
    BackupWriter,
    BlobCopy,
    DatabaseSnapshots,
    Manifest,
    Snapshot,
)
from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.clock import Clock
from application.ports.workspaces import Workspaces
from domain.blob_keys import FACES, GALLERY, marked_key

MOST_SNAPSHOTS = 10
"""How many are taken; each further one has only what has changed while the blobs of the one before were copied."""
REPORT_EVERY = 500
"""Blobs."""

Report = Callable[[str], None]
"""Is told how far the work is, in a sentence."""


class BackUp:
    """Writes one file in which every blob is that the rows refer to; returns what is in it.

    Blobs are erased meanwhile, but never changed. So a snapshot of the rows is taken and its blobs are copied; if one
    of them was erased since, another snapshot is taken and what is new in it is copied, until nothing is missing.

    A blob that is missing although the rows of a later moment still refer to it is lost. That is refused, unless the
    caller wants a backup `without_lost` blobs, whose rows then refer to nothing, as they do now.
    """

    def __init__(
        self,
        snapshots: DatabaseSnapshots,
        blobs: BlobStorage,
        backups: Backups,
        workspaces: Workspaces,
        clock: Clock,
        *,
        version: str,
    ) -> None:
        self._snapshots = snapshots
        self._blobs = blobs
        self._backups = backups
        self._workspaces = workspaces
        self._clock = clock
        self._version = version

    async def __call__(self, target: Path, report: Report, *, without_lost: bool = False) -> Manifest:
        with self._workspaces.folder() as folder:
            async with self._backups.create(target) as writer:
                copies = _Copies(self._blobs, writer, folder / "blob", report)
                snapshot, taken_at = await self._copy_all(copies, folder, without_lost)
                gallery = {blob.key async for blob in self._blobs.list(GALLERY)}
                for key in sorted(gallery):
                    await copies.add(key)
                wanted = snapshot.keys | gallery | {marked_key(key) for key in snapshot.keys}
                manifest = Manifest(
                    created_at=taken_at,
                    version=self._version,
                    revision=snapshot.revision,
                    requests=snapshot.requests,
                    tables=snapshot.tables,
                    blobs=tuple(copy for key, copy in copies.made.items() if key in wanted),
                )
                report("Reading again what was written.")
                await writer.finish(manifest, folder)
        return manifest

    async def _copy_all(
        self, copies: "_Copies", folder: Path, without_lost: bool
    ) -> tuple[Snapshot, datetime]:
        """Return the last snapshot, of which all blobs are copied, and when it was taken."""
        missing: Set[str] = frozenset()
        for _ in range(MOST_SNAPSHOTS):
            taken_at = self._clock()
            snapshot = await self._snapshots.take(folder)
            lost = snapshot.keys & missing  # rows are erased before their blobs
            if lost and not without_lost:
                raise BackupRefused(
                    f"The blob storage has lost files to which the database refers: {len(lost):,}, such as "
                    f"{min(lost)}. Bring them back, or leave them out: --without-lost."
                )
            rows = sum(table.rows for table in snapshot.tables)
            new = sorted(snapshot.keys - copies.made.keys() - lost)
            copies.report(f"Rows in the database: {rows:,}. Files to be copied: {len(new):,}.")
            missing = lost | {key for key in new if not await copies.add_with_mark(key)}
            if missing == lost:
                for key in sorted(lost):
                    copies.report(f"The blob storage has lost {key}.")
                return snapshot, taken_at
        raise BackupRefused(
            "Files were erased faster than they could be copied. Try again when fewer users erase their faces."
        )


class _Copies:
    """The blobs that were copied into one backup."""

    def __init__(self, blobs: BlobStorage, writer: BackupWriter, workspace: Path, report: Report) -> None:
        self._blobs = blobs
        self._writer = writer
        self._workspace = workspace
        self.report = report
        self.made: dict[str, BlobCopy] = {}

    async def add_with_mark(self, key: str) -> bool:
        """Copy a blob and, if there is one, its copy with the visible mark; tell whether the first was there."""
        is_there = await self.add(key)
        if is_there and key.startswith(FACES):
            await self.add(marked_key(key))
        return is_there

    async def add(self, key: str) -> bool:
        """Copy a blob; tell whether it was there."""
        try:
            info = await self._blobs.stat(key)
            await self._blobs.fetch(key, self._workspace)
        except BlobNotFound:
            return False
        self.made[key] = await self._writer.add(key, info.media_type, self._workspace)
        if len(self.made) % REPORT_EVERY == 0:
            self.report(f"{len(self.made):,} files are copied.")
        return True
