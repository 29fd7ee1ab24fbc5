"""Snapshots of the database: the rows of one moment, while others write."""

import asyncio
import hashlib
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.engine import create_migrating_engine, create_reading_engine
from adapters.sql.models import Base, FaceRequestRow
from adapters.sql.repositories.blob_references import KEYS
from adapters.sql.row_files import description_of, file_of, lines_of
from adapters.sql.schema import newest_revision, revision_of
from application.errors import ServiceUnavailable
from application.ports.backup import BackupRefused, Snapshot, TableCopy

_CONSISTENT = (
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)


class SqlSnapshots:
    """Implements `DatabaseSnapshots`: MySQL by one transaction that reads only, SQLite by a copy of its file.

    No writer waits for either. MySQL keeps old versions of rows until the transaction ends, and a migration waits.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    async def take(self, folder: Path) -> Snapshot:
        """Read the tables of the models, row by row."""
        try:
            return await self._take(folder)
        except (DBAPIError, sqlite3.DatabaseError) as error:
            is_file = make_url(self._url).get_backend_name() == "sqlite"  # which is damaged then
            advice = (
                "Restore an earlier backup." if is_file else "Try again; if it stays, its own log says more."
            )
            raise BackupRefused(
                f"The database cannot be read: {getattr(error, 'orig', error)}. {advice}"
            ) from error

    async def _take(self, folder: Path) -> Snapshot:
        async with self._frozen(folder) as connection:
            revision = _own(await revision_of(connection))
            keys: set[str] = set()
            tables = [
                await _copy(connection, description_of(table), folder, keys)
                for table in Base.metadata.sorted_tables
            ]
        requests = next(copy.rows for copy in tables if copy.name == FaceRequestRow.__tablename__)
        return Snapshot(revision=revision, tables=tuple(tables), requests=requests, keys=frozenset(keys))

    @asynccontextmanager
    async def _frozen(self, folder: Path) -> AsyncIterator[AsyncConnection]:
        """Give a connection to a database that does not change."""
        url = make_url(self._url)
        if url.get_backend_name() == "mysql":
            async with create_migrating_engine(self._url).connect() as connection:
                for statement in _CONSISTENT:
                    await connection.exec_driver_sql(statement)
                yield connection
            return
        copy = folder / "snapshot.db"
        await asyncio.to_thread(_copy_sqlite, Path(url.database or ""), copy)
        engine = create_reading_engine(str(URL.create("sqlite", database=str(copy))))
        try:
            async with engine.connect() as connection:
                yield connection
        finally:
            await engine.dispose()
            copy.unlink()


def _own(revision: str | None) -> str:
    """Return the revision if it is the one that this version of the service has models of."""
    newest = newest_revision()
    if revision is None or revision < newest:
        raise BackupRefused(
            f"The schema of the database is {revision or 'missing'}, and this version of the service backs up "
            f"{newest}. Run `voice2face db upgrade`, or back up with the version that runs the service."
        )
    if revision > newest:
        raise BackupRefused(
            f"The schema of the database is {revision}, of a newer version of the service: this one backs up {newest}. "
            "Back up with the newer version."
        )
    return revision


async def _copy(connection: AsyncConnection, empty: TableCopy, folder: Path, keys: set[str]) -> TableCopy:
    """Write the rows of a table into its file, and add the keys of the blobs that they refer to."""
    places = [
        number
        for number, (name, _) in enumerate(empty.columns)
        if any((each.class_.__tablename__, each.key) == (empty.name, name) for each in KEYS)
    ]
    count, digest = 0, hashlib.sha256()
    with file_of(folder, empty.name).open("wb") as file:
        async for row, line in lines_of(connection, empty):
            count += 1
            digest.update(line)
            file.write(line)
            keys.update(row[place] for place in places if row[place] is not None)
    return replace(empty, rows=count, digest=digest.hexdigest())


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy all pages in one step; others may write meanwhile, since they write into the log."""
    if not source.exists():
        raise BackupRefused(f"There is no database {source}. Check V2F_DATA and V2F_DATABASE_URL.")
    target.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True)) as database,
            closing(sqlite3.connect(target)) as copy,
        ):
            database.backup(copy)
    except sqlite3.OperationalError as error:
        raise ServiceUnavailable("database") from error
