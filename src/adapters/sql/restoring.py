"""Restores rows into a database without any."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Connection,
    case,
    delete,
    insert,
    inspect,
    literal,
    make_url,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.engine import create_migrating_engine
from adapters.sql.models import EndedSessionRow, SessionRow, UserRow
from adapters.sql.row_files import load, read_again
from adapters.sql.schema import REVISIONS_TABLE, known_revisions, migrate, revision_of, upgrade
from adapters.sql.types import UtcDateTime
from application.errors import ServiceUnavailable
from application.ports.backup import BackupRefused, Manifest, TableCopy
from domain.session import LONGEST_ACCESS

MARGIN = timedelta(minutes=1)
"""How much longer than its tokens an ended session is remembered: clocks of processes differ."""


def require_known(revision: str) -> None:
    """Raise `BackupRefused` for a backup with a schema that this version of the service does not know."""
    if revision not in known_revisions():
        raise BackupRefused(
            f"The backup has the schema {revision}, which this version of the service does not know: "
            f"its newest one is {max(known_revisions())}. Restore it with the version that wrote it."
        )


class SqlEmptyDatabase:
    """Implements `EmptyDatabase`: rows are loaded into the schema that they were taken from, which is then upgraded."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def require(self, revision: str) -> None:
        """Look into every table, also into those of other programs."""
        require_known(revision)
        if self._is_new_file():
            return  # connecting would make the file
        async with create_migrating_engine(self._url).connect() as connection:
            await connection.run_sync(_require_empty)
            current = await revision_of(connection)
        if current is not None and current not in known_revisions():
            raise BackupRefused(
                f"The database has the schema {current} of another version. Restore into a new one."
            )

    async def fill(self, manifest: Manifest, folder: Path, now: datetime) -> None:
        """Load all rows in one transaction; MySQL commits changes of the schema by itself, before and after it."""

        def to_its_revision(config: Config) -> None:
            # Going down drops all tables, and copying the blobs took time since `require` had looked.
            _require_empty(config.attributes["connection"])
            command.downgrade(config, "base")
            command.upgrade(config, manifest.revision)

        if await self._revision() != manifest.revision:
            await asyncio.to_thread(migrate, self._url, to_its_revision)
        async with create_migrating_engine(self._url).begin() as connection:
            await connection.run_sync(_require_empty)
            for copy in manifest.tables:
                await _load(connection, copy, folder)
            for copy in manifest.tables:
                if await read_again(connection, copy) != copy:
                    raise BackupRefused(
                        f"The database returns other rows of {copy.name} than the backup has, so none was kept. "
                        "Report this: the service has a fault, or the disk of the database has."
                    )
            await _end_sessions(connection, now)
            await _keep_accounts(connection)
        try:
            await asyncio.to_thread(upgrade, self._url)
        except ServiceUnavailable as away:
            raise BackupRefused(
                "All is restored, but the database does not answer any more, and its schema may be an older one. "
                "Run `voice2face db upgrade`."
            ) from away

    def _is_new_file(self) -> bool:
        url = make_url(self._url)
        return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()

    async def _revision(self) -> str | None:
        async with create_migrating_engine(self._url).connect() as connection:
            return await revision_of(connection)


async def _load(connection: AsyncConnection, copy: TableCopy, folder: Path) -> None:
    try:
        await load(connection, copy, folder)
    except DBAPIError as error:
        raise BackupRefused(
            f"The database does not take the rows of {copy.name} from the backup, so none was kept: {error.orig}"
        ) from error


def _require_empty(connection: Connection) -> None:
    for name in _tables(connection):
        if connection.scalar(select(text("1")).select_from(table(name)).limit(1)) is not None:
            raise BackupRefused(
                f"The database is not empty: there are rows in {name}. Stop the service, and restore into a new "
                "database; nothing was changed."
            )


def _tables(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if name != REVISIONS_TABLE]


async def _end_sessions(connection: AsyncConnection, now: datetime) -> None:
    """End all sessions: some were ended after the backup, and their tokens must not be valid again."""
    expires_at = SessionRow.expires_at
    forget_at = case(
        (SessionRow.refreshes.is_(None), expires_at),
        else_=literal(now + LONGEST_ACCESS + MARGIN, UtcDateTime),
    )
    ended = select(SessionRow.id, literal(now, UtcDateTime), forget_at).where(
        expires_at > now, SessionRow.id.not_in(select(EndedSessionRow.id))
    )
    await connection.execute(insert(EndedSessionRow).from_select(["id", "ended_at", "forget_at"], ended))
    await connection.execute(delete(SessionRow))


async def _keep_accounts(connection: AsyncConnection) -> None:
    """Erase no idle account on the day that a mail has named: its user may have come back after the backup."""
    await connection.execute(update(UserRow).where(UserRow.email.is_not(None)).values(erase_at=None))
