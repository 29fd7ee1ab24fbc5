"""Engines: one for units of work, one for views, one for migrations."""

from typing import Protocol

from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql import mysql, sqlite
from adapters.sql.failures import translate_failures


class _Backend(Protocol):
    DRIVER: str
    POOL_SECONDS: float

    def writing(self, url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine: ...
    def reading(self, url: URL, pool_size: int, pool_timeout: float) -> AsyncEngine: ...
    def migrating(self, url: URL) -> AsyncEngine: ...


_BACKENDS: dict[str, _Backend] = {"mysql": mysql, "sqlite": sqlite}


def create_engine(url: str, pool_size: int = 10, pool_timeout: float | None = None) -> AsyncEngine:
    """Return an engine for units of work; nothing is connected yet.

    `url` is `mysql://user:password@host/database` or `sqlite:///path`, with or without the name of a driver; for
    anything else it raises `ValueError`. A use of the engine raises `ServiceUnavailable` when no connection becomes
    free within `pool_timeout` seconds; None is what suits the database.
    """
    backend, address = _backend(url)
    return _translating(backend.writing(address, pool_size, pool_timeout or backend.POOL_SECONDS))


def create_reading_engine(url: str, pool_size: int = 10, pool_timeout: float | None = None) -> AsyncEngine:
    """Return an engine for views, as `create_engine` does: no transactions, no locks, one round trip a statement."""
    backend, address = _backend(url)
    return _translating(backend.reading(address, pool_size, pool_timeout or backend.POOL_SECONDS))


def create_migrating_engine(url: str) -> AsyncEngine:
    """Return an engine for migrations, which keeps no connection open."""
    backend, address = _backend(url)
    return _translating(backend.migrating(address))


def _backend(url: str) -> tuple[_Backend, URL]:
    address = make_url(url)
    name = address.get_backend_name()
    if name not in _BACKENDS:
        raise ValueError(f"Use a database address that begins with mysql:// or sqlite:///, not {name}://.")
    backend = _BACKENDS[name]
    return backend, address.set(drivername=f"{name}+{backend.DRIVER}")


def _translating(engine: AsyncEngine) -> AsyncEngine:
    translate_failures(engine.sync_engine)
    return engine
