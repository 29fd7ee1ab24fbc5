"""SQLite: one writer, and readers at the same time."""

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, NullPool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.sql.sqlite_connection import ClosingConnection

DRIVER = "aiosqlite"

POOL_SECONDS = BUSY_SECONDS = 30.0
"""How long to wait for units of work of this process, and for those of another one: as long as the file may take to be
rewritten."""

EMPTYING_SECONDS = 0.2
"""How long to wait for readers before the log is emptied; units of work wait meanwhile."""

DELETIONS = (
    "DELETE FROM users ",
    "DELETE FROM face_requests ",
    "DELETE FROM generations ",
    "DELETE FROM surveys ",
    "DELETE FROM sessions ",
    "DELETE FROM mails ",
    "DELETE FROM mail_links ",
    "DELETE FROM consents ",
)
"""How the statements begin that delete what users gave; deleting other rows, which is more frequent, leaves the log."""

DELETED = "rows were deleted"
"""Set in the info of a connection whose deleted rows are still in the log."""

QUOTE = "'"

MIGRATION_SECONDS = 60.0
"""How long to wait for a migration by another process."""


def writing(url: URL, _pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine whose transactions hold the write lock from their beginning.

    It has one connection, because SQLite has one writer: units of work wait for it in the order in which they come.
    With several connections they would poll for SQLite's lock, and some could wait for ever.
    """
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=pool_timeout,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "factory": ClosingConnection},
    )
    _on_connect(engine, "foreign_keys = ON", "secure_delete = ON")
    _give_mysql_clock(engine)
    _begin_immediately(engine)
    _forget_what_was_deleted(engine)
    return engine


def reading(url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine that reads what is committed and cannot write."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        connect_args={"timeout": BUSY_SECONDS, "factory": ClosingConnection},
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
    _on_connect(engine, "query_only = ON")
    return engine


def migrating(url: URL) -> AsyncEngine:
    """Return an engine whose transactions include DDL, and which switches the file to the mode that readers need.

    Foreign keys stay off: SQLite alters a table by dropping the old one, which would delete the rows that refer to it.
    """
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"timeout": MIGRATION_SECONDS, "isolation_level": None}
    )
    event.listen(engine.sync_engine, "connect", _use_write_ahead_log)
    _begin_immediately(engine)
    return engine


def _use_write_ahead_log(connection: DBAPIConnection, _record: object) -> None:
    """Switch the file permanently to a write-ahead log, in which readers do not wait for the writer.

    When two processes switch at once, SQLite refuses one without waiting. The sleep before the next try blocks only
    a thread that does nothing but migrate.
    """
    deadline = time.monotonic() + MIGRATION_SECONDS
    cursor = connection.cursor()
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.02)
    cursor.close()


def _on_connect(engine: AsyncEngine, *pragmas: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: DBAPIConnection, _record: object) -> None:
        for pragma in pragmas:
            _pragma(connection, pragma)


def _pragma(connection: DBAPIConnection, pragma: str) -> tuple[Any, ...] | None:
    """Run a pragma and return the first row of its answer, None where it has none."""
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA {pragma}")
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row
    finally:
        cursor.close()


def _give_mysql_clock(engine: AsyncEngine) -> None:
    """Add MySQL's function for the present moment: SQLite's own is exact to the millisecond only."""

    @event.listens_for(engine.sync_engine, "connect")
    def create_function(connection: Any, _record: object) -> None:
        connection.create_function("utc_timestamp", 1, _utc_timestamp)


def _utc_timestamp(_digits: int) -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _begin_immediately(engine: AsyncEngine) -> None:
    """Begin transactions here: sqlite3 would begin one at the first write, too late to lock what was read before."""

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _forget_what_was_deleted(engine: AsyncEngine) -> None:
    """Empty the write-ahead log after each transaction that deleted what users gave: it stands in the log, too.

    A reader that is in the middle of a statement prevents that. Then the end of the next transaction tries again, which
    housekeeping begins every few seconds.
    """

    @event.listens_for(engine.sync_engine, "after_cursor_execute")
    def note_deletion(connection: Connection, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(DELETIONS):
            connection.info[DELETED] = True

    @event.listens_for(engine.sync_engine, "checkin")
    def empty_log(connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        if connection is not None and record.info.get(DELETED):
            _pragma(connection, f"busy_timeout = {round(EMPTYING_SECONDS * 1000)}")
            is_busy, *_sizes = _pragma(connection, "wal_checkpoint(TRUNCATE)") or (1,)
            _pragma(connection, f"busy_timeout = {round(BUSY_SECONDS * 1000)}")
            record.info[DELETED] = bool(is_busy)


def rewrite(connection: Connection) -> None:
    """Write the file anew from what is in the tables, and empty the log; outside a transaction.

    The file between the two has no name and lies beside the database: the usual folder for such files may be small, or
    open to others. The pragma for that is deprecated, but SQLite reads the variable in its place before Python runs.
    Raises an error of the driver, also where a reader prevents that the log is emptied.
    """
    dbapi = connection.connection.dbapi_connection
    if dbapi is None:
        raise sqlite3.OperationalError("the connection was closed")
    folder = str(Path(connection.engine.url.database or "").resolve().parent)
    _pragma(dbapi, f"temp_store_directory = '{folder.replace(QUOTE, QUOTE * 2)}'")
    cursor = dbapi.cursor()
    try:
        cursor.execute("VACUUM")
    finally:
        cursor.close()
    is_busy, *_sizes = _pragma(dbapi, "wal_checkpoint(TRUNCATE)") or (1,)
    if is_busy:
        raise sqlite3.OperationalError("a reader uses the log")
