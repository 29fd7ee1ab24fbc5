"""MySQL through asyncmy."""

import time
from typing import Any

from sqlalchemy import URL, NullPool, event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

DRIVER = "asyncmy"

POOL_SECONDS = 10.0
CONNECT_SECONDS = 5
LOCK_SECONDS = 10
"""How long to wait for a row that another transaction has locked."""
STATEMENT_SECONDS = 15
"""How long a statement may take: longer than the wait for a lock, so that only a server that is away exceeds it."""
RECYCLE_SECONDS = 1800
"""The age at which a connection is replaced, before a server or a firewall drops it."""
TRANSACTION_IDLE_SECONDS = 20
"""How long a transaction may be idle before the server ends it and releases its rows: a client that was paused or cut
off must not keep them locked for MySQL's usual eight hours."""
SERVER_LOST = 2013
"""The number of MySQL's error for a lost connection."""
TRUSTED_IDLE_SECONDS = 1.0
"""How long a connection may have been idle and still be used without a ping."""

_SESSION = (
    f"SET SESSION innodb_lock_wait_timeout = {LOCK_SECONDS}, wait_timeout = {{idle}}, "
    "time_zone = '+00:00', sql_mode = 'TRADITIONAL'"
)


def writing(url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine whose statements see what was committed before them, and what their transaction has written."""
    return _pooled(url, pool_size, pool_timeout, TRANSACTION_IDLE_SECONDS, isolation_level="READ COMMITTED")


def reading(url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine:
    """Return an engine without transactions: it begins none and rolls none back."""
    return _pooled(
        url,
        pool_size,
        pool_timeout,
        2 * RECYCLE_SECONDS,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )


def migrating(url: URL) -> AsyncEngine:
    """Return an engine for DDL, which MySQL commits by itself and which may take an hour."""
    return create_async_engine(url, poolclass=NullPool, connect_args=_connect_args(url, 3600, 3600))


def _pooled(url: URL, pool_size: int, pool_timeout: float, idle: int, **options: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_timeout,
        pool_recycle=RECYCLE_SECONDS,
        connect_args=_connect_args(url, STATEMENT_SECONDS, idle),
        **options,
    )
    _ping_idle_connections(engine)
    _translate_closed_connections(engine)
    return engine


def _connect_args(url: URL, seconds: int, idle: int) -> dict[str, Any]:
    """Return the options that the address does not set itself, as one with `?read_timeout=60` does.

    A statement may take `seconds`; a connection, in a transaction or not, may be idle for `idle` seconds.
    """
    defaults = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": seconds,
        "charset": "utf8mb4",
        "init_command": _SESSION.format(idle=idle),
    }
    return {name: value for name, value in defaults.items() if name not in url.query}


def _ping_idle_connections(engine: AsyncEngine) -> None:
    """Ping a connection that was idle before it is used: the server may have closed it, as after a restart.

    A ping costs a round trip, which would be a quarter of a small read; so busy connections are not pinged.
    """
    dialect = engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def record_time(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def ping(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        idle_since = record.info.pop("idle_since", None)
        if idle_since is None or time.monotonic() - idle_since < TRUSTED_IDLE_SECONDS:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as gone:
            raise InvalidatePoolError from gone


def _translate_closed_connections(engine: AsyncEngine) -> None:
    """Report a server that closes a new connection at once as away, as a proxy does whose server is gone.

    asyncmy then raises a `RuntimeError`, which is not an error of a database.
    """

    @event.listens_for(engine.sync_engine, "do_connect")
    def connect(
        dialect: Dialect, _record: ConnectionPoolEntry, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> DBAPIConnection:
        try:
            return dialect.connect(*arguments, **options)
        except RuntimeError as closed:
            raise dialect.loaded_dbapi.OperationalError(SERVER_LOST, str(closed)) from closed
