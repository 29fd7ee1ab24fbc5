"""The schema and its revisions: one chain of migrations for MySQL and SQLite.

A revision is a number of four digits, and a newer one only expands the schema as long as this version of the code may
run (CONTRIBUTING says how). So this version works on its own newest revision and on all that come later.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.sql.engine import create_migrating_engine
from application.errors import ServiceUnavailable

LOCK_SECONDS = 300
"""How long a process waits while another process migrates."""

log = logging.getLogger(__name__)

REVISIONS_TABLE = "alembic_version"

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str) -> None:
    """Bring the schema to the newest revision; does nothing if it is there or beyond. Raises as `migrate` does.

    A schema that is beyond it is of a newer version of the code, as after rolling back to this one.
    """
    migrate(url, _upgrade)


def migrate(url: str, run: Callable[[Config], None]) -> None:
    """Run an Alembic command on a database while no other process migrates it; raises `ServiceUnavailable`.

    Any number of processes may call it at once, but only one thread of each: Alembic keeps globals. It runs an event
    loop of its own, so it must not be called from within one.
    """

    async def run_in_transaction() -> None:
        async with create_migrating_engine(url).begin() as connection:
            await connection.run_sync(_run_alone, run)

    asyncio.run(run_in_transaction())


async def is_usable(engine: AsyncEngine) -> bool:
    """Tell in one statement whether the schema has the newest revision or a later one; raises `ServiceUnavailable`."""
    async with engine.connect() as connection:
        revision = await revision_of(connection)
    return revision is not None and revision >= newest_revision()


async def revision_of(connection: AsyncConnection) -> str | None:
    """Return the revision of the schema, None for a database without one, in one statement."""
    try:
        revision: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    except (OperationalError, ProgrammingError):  # the table does not exist: this database was never migrated
        return None
    return revision


@cache
def newest_revision() -> str:
    """Return the revision that this version of the code was written for."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _upgrade(config: Config) -> None:
    revision = MigrationContext.configure(config.attributes["connection"]).get_current_revision()
    if revision is None or revision <= newest_revision():
        command.upgrade(config, "head")
    else:
        log.warning(
            "the schema is left at revision %s: it is newer than %s, and fits", revision, newest_revision()
        )


@cache
def known_revisions() -> frozenset[str]:
    """Return the revisions that this version of the code can migrate to."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _run_alone(connection: Connection, run: Callable[[Config], None]) -> None:
    """Run while no other process migrates this database; on SQLite the transaction itself ensures that."""
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
