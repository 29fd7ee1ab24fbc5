"""The files of the database."""

import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql.failures import waiting_for_a_connection
from adapters.sql.sqlite import rewrite
from application.errors import ServiceUnavailable

log = logging.getLogger(__name__)


class SqlDatabaseFiles:
    """Implements `DatabaseFiles` on an engine from `create_engine`.

    SQLite overwrites deleted rows, but not the copies that it has left where it once moved rows from page to page; so
    its file is rewritten. MySQL's files are not on this machine and need nothing: InnoDB's purge removes deleted rows
    within seconds. What its binary log and its backups keep, and how long, is for its operator to say.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def forget_deleted(self) -> None:
        """Rewrite SQLite's file on the one connection that writes: units of work of this process wait in turn."""
        if self._engine.dialect.name != "sqlite":
            return
        with waiting_for_a_connection():
            async with self._engine.connect() as connection:
                try:
                    await connection.run_sync(rewrite)
                except self._engine.dialect.loaded_dbapi.Error as error:
                    log.warning("the file of the database cannot be rewritten now: %s", error)
                    raise ServiceUnavailable("database") from error
