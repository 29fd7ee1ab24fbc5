"""SQLite: one writer, and readers beside it."""

from sqlalchemy import URL, Connection, NullPool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

DRIVER = "aiosqlite"

BUSY_SECONDS = 10.0
"""How long to wait for another process's transaction."""


def writing(url: URL, _pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine whose transactions hold the write lock from their first moment.

    It keeps one connection, for there is one writer: units of work queue for it in the order in which they come,
    where SQLite itself would let them poll and starve.
    """
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=pool_timeout,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )
    _on_connect(engine, "journal_mode = WAL", "foreign_keys = ON")
    _begin_immediately(engine)
    return engine


def reading(url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine that sees what is committed and cannot write."""
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        connect_args={"timeout": BUSY_SECONDS},
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
    _on_connect(engine, "journal_mode = WAL", "query_only = ON")
    return engine


def migrating(url: URL) -> AsyncEngine:
    """Return an engine whose transactions hold DDL too.

    Foreign keys stay off: SQLite alters a table by dropping the old one, which would erase what refers to it.
    """
    engine = create_async_engine(
        url, poolclass=NullPool, connect_args={"timeout": 60.0, "isolation_level": None}
    )
    _begin_immediately(engine)
    return engine


def _on_connect(engine: AsyncEngine, *pragmas: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def set_pragmas(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin_immediately(engine: AsyncEngine) -> None:
    """Take over from sqlite3, which opens a transaction only at the first write: too late to have locked a read."""

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
