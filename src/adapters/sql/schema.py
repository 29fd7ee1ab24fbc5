"""The schema's revisions: one chain of migrations for MySQL and SQLite."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql.engine import create_migrating_engine
from application.errors import ServiceUnavailable

LOCK_SECONDS = 300
"""How long one process waits for another one's migration."""

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema to a revision; does nothing where it is there already.

    Any number of processes may call it at once, but only one thread of each: Alembic keeps globals. It runs an
    event loop of its own, so call it from none. Raises `ServiceUnavailable`.
    """
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the schema back to a revision, `base` for an empty one, as `upgrade` does."""
    _migrate(url, lambda config: command.downgrade(config, revision))


def current_revision(url: str) -> str | None:
    """Return the revision of the schema, None where there is none yet; raises `ServiceUnavailable`."""

    async def read() -> str | None:
        engine = create_migrating_engine(url)
        async with engine.connect() as connection:
            return await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )

    return asyncio.run(read())


async def is_current(engine: AsyncEngine) -> bool:
    """Tell in one statement whether the schema has the newest revision; raises `ServiceUnavailable`."""
    try:
        async with engine.connect() as connection:
            revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):  # there is no such table: nothing was ever migrated
        return False
    return bool(revision == newest_revision())


@cache
def newest_revision() -> str | None:
    """Return the revision that this version of the code was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _migrate(url: str, run: Callable[[Config], None]) -> None:
    async def migrate() -> None:
        async with create_migrating_engine(url).begin() as connection:
            await connection.run_sync(_run_alone, run)

    asyncio.run(migrate())


def _run_alone(connection: Connection, run: Callable[[Config], None]) -> None:
    """Run while no other process migrates this database: on SQLite the transaction itself sees to that."""
    if connection.dialect.name == "mysql":
        lock = connection.scalar(
            text("SELECT GET_LOCK(CONCAT('migrate:', SHA2(DATABASE(), 224)), :seconds)"),
            {"seconds": LOCK_SECONDS},
        )
        if lock != 1:
            raise ServiceUnavailable("database")
    run(_config(connection))


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
