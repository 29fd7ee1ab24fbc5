"""The revisions of a database's schema: which one it has, and how to get to another."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

import adapters.sql.migrations.versions
from adapters.sql.engine import create_migrating_engine
from adapters.sql.schema import migrate


def newest_revision() -> str:
    """Return the revision of the newest file."""
    folder = Path(adapters.sql.migrations.versions.__file__).parent
    return max(file.name for file in folder.glob("0*.py")).split("_")[0]


def current_revision(url: str) -> str | None:
    """Return the revision of the schema, None for a database without a schema."""

    def read(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async def connect_and_read() -> str | None:
        async with create_migrating_engine(url).connect() as connection:
            return await connection.run_sync(read)

    return asyncio.run(connect_and_read())


def upgrade_to(url: str, revision: str) -> None:
    """Migrate a database up to a revision."""
    migrate(url, lambda config: command.upgrade(config, revision))


def downgrade_to(url: str, revision: str) -> None:
    """Migrate a database down to a revision; `base` is the empty one."""
    migrate(url, lambda config: command.downgrade(config, revision))
