"""MySQL through asyncmy."""

import time
from typing import Any

from sqlalchemy import URL, NullPool, event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

DRIVER = "asyncmy"

CONNECT_SECONDS = 5
LOCK_SECONDS = 10
"""How long to wait for another transaction's row."""
STATEMENT_SECONDS = 15
"""How long a statement may take: longer than a lock, so that only a dead peer exceeds it."""
RECYCLE_SECONDS = 1800
"""Renew connections before a server or a firewall forgets them."""
HELD_SECONDS = 20
"""How long a transaction may rest between two statements before the server takes its rows back: a client that was
paused or cut off must not hold them for MySQL's usual eight hours."""
SERVER_LOST = 2013
"""MySQL's own number for a connection that was lost."""
IDLE_SECONDS = 1.0
"""How long a connection may have rested and still be trusted without asking it."""

_SESSION = (
    f"SET SESSION innodb_lock_wait_timeout = {LOCK_SECONDS}, wait_timeout = {{rest}}, "
    "time_zone = '+00:00', sql_mode = 'TRADITIONAL'"
)


def writing(url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine whose statements each see what was committed before them, and their own writes."""
    return _pooled(url, pool_size, pool_timeout, HELD_SECONDS, isolation_level="READ COMMITTED")


def reading(url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine without transactions: nothing to begin, nothing to roll back."""
    return _pooled(
        url,
        pool_size,
        pool_timeout,
        2 * RECYCLE_SECONDS,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )


def migrating(url: URL) -> AsyncEngine:
    """Return an engine for DDL, which MySQL commits by itself, and which may take its time."""
    return create_async_engine(url, poolclass=NullPool, connect_args=_connect_args(url, 3600, 3600))


def _pooled(url: URL, pool_size: int, pool_timeout: float, rest: int, **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_recycle=RECYCLE_SECONDS,
        connect_args=_connect_args(url, STATEMENT_SECONDS, rest),
        **options,
    )
    _ask_rested_connections(engine)
    _translate_hang_ups(engine)
    return engine


def _connect_args(url: URL, seconds: int, rest: int) -> dict[str, Any]:
    """Return what an address leaves open: one with `?read_timeout=60` sets that itself.

    A statement may take `seconds`; a connection, in a transaction or not, may rest for `rest` seconds.
    """
    defaults = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": seconds,
        "charset": "utf8mb4",
        "init_command": _SESSION.format(rest=rest),
    }
    return {name: value for name, value in defaults.items() if name not in url.query}


def _ask_rested_connections(engine: AsyncEngine) -> None:
    """Find connections that died while they rested, as after a restart of the server, before work is lost on them.

    Asking costs a round trip, which would be a quarter of a small read; busy connections are not asked.
    """
    dialect = engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def note_time(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def ask(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        rests_since = record.info.pop("rests_since", None)
        if rests_since is None or time.monotonic() - rests_since < IDLE_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone


def _translate_hang_ups(engine: AsyncEngine) -> None:
    """Have a server that hangs up on a newcomer count as away, as behind a proxy whose server is gone.

    asyncmy finds the connection closed before it has said a word, and raises what is no error of a database.
    """

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(
        dialect: Dialect, _record: ConnectionPoolEntry, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> DBAPIConnection:
        try:
            return dialect.connect(*arguments, **options)
        except RuntimeError as closed:
            raise dialect.loaded_dbapi.OperationalError(SERVER_LOST, str(closed)) from closed
