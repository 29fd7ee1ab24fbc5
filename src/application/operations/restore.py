"""Restore a backup into an empty database and an empty blob storage."""

import hashlib
from collections.abc import Collection
from contextlib import aclosing
from pathlib import Path

from application.operations.back_up import REPORT_EVERY, Report
from application.ports.backup import BackupRefused, Backups, BlobCopy, EmptyDatabase, Manifest
from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.clock import Clock
from application.ports.workspaces import Workspaces


class Restore:
    """Puts the blobs of a backup into the storage, then its rows into the database; returns what it restored.

    Nothing is written before all of the file was read and the targets were found empty. The rows come last, in one
    transaction: a restore that broke off has left blobs at most, and the next one continues with the others.
    """

    def __init__(
        self,
        backups: Backups,
        database: EmptyDatabase,
        blobs: BlobStorage,
        workspaces: Workspaces,
        clock: Clock,
    ) -> None:
        self._backups = backups
        self._database = database
        self._blobs = blobs
        self._workspaces = workspaces
        self._clock = clock

    async def __call__(self, source: Path, report: Report) -> Manifest:
        report("Reading all of the backup.")
        manifest = await self._backups.verify(source)
        await self._database.require(manifest.revision)
        copies = {copy.key: copy for copy in manifest.blobs}
        await self._require_no_other_blobs(copies.keys())
        with self._workspaces.folder() as folder:
            count = 0
            async with aclosing(self._backups.unpack(source, folder)) as unpacked:
                async for key, content in unpacked:
                    if (copy := copies.get(key)) is None:  # it was erased while the backup was written
                        continue
                    await self._put(copy, content)
                    count += 1
                    if count % REPORT_EVERY == 0:
                        report(f"{count:,} of {len(copies):,} files are in the storage.")
            report("All files are in the storage; now the rows of the database.")
            await self._database.fill(manifest, folder, self._clock())
        return manifest

    async def _require_no_other_blobs(self, keys: Collection[str]) -> None:
        """Refuse a storage with other blobs than those of the backup, which a restore that broke off has left."""
        async for blob in self._blobs.list(""):
            if blob.key not in keys:
                raise BackupRefused(
                    f"The blob storage is not empty: it holds {blob.key}. Restore into an empty bucket or folder; "
                    "nothing was changed."
                )

    async def _put(self, copy: BlobCopy, content: Path) -> None:
        """Store a blob, unless it is there, and compare what the storage returns."""
        if await self._digest(copy.key) is None:
            await self._blobs.put(copy.key, content, copy.media_type)
        if await self._digest(copy.key) != copy.digest:
            raise BackupRefused(
                f"The blob storage returns other bytes of {copy.key} than the backup has. "
                "Check its disk, empty it, and restore again; the database is still empty."
            )

    async def _digest(self, key: str) -> str | None:
        """Return the digest of a stored blob, None if there is none."""
        digest = hashlib.sha256()
        try:
            async for chunk in self._blobs.read(key):
                digest.update(chunk)
        except BlobNotFound:
            return None
        return digest.hexdigest()
