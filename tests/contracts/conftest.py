"""A database of each kind in turn."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql.models import (
    EndedSessionRow,
    ErasureRow,
    FaceRequestRow,
    MailRow,
    TaskRow,
    ThrottleRow,
    UsageRow,
    UserRow,
)
from adapters.sql.schema import upgrade
from databases.database import Database, memory_database, sql_database
from real_servers import MySqlServer
from real_servers.plugin import count


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy, so that it is migrated only once."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_mysql(mysql_server: MySqlServer) -> Iterator[str]:
    """The address of a database on the shared MySQL that only this process uses."""
    database = mysql_server.create_database()
    upgrade(database.url)
    yield database.url
    mysql_server.drop_database(database)


@pytest.fixture(params=["memory", "sqlite", "mysql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    match request.param:
        case "sqlite":
            file = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "test.db")
            return f"sqlite:///{file}"
        case "mysql":
            count(request.node, MySqlServer)
            return str(request.getfixturevalue("migrated_mysql"))
        case _:
            return None


@pytest.fixture
async def database(database_url: str | None) -> AsyncIterator[Database]:
    """An empty database; a test for certain kinds only parametrizes `database_url`."""
    if database_url is None:
        yield memory_database()
        return
    async with sql_database(database_url) as database:
        await empty(database.engines[0])
        yield database


async def empty(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        # all other rows are deleted with these
        for row in (
            FaceRequestRow,
            UserRow,
            EndedSessionRow,
            MailRow,
            ErasureRow,
            UsageRow,
            TaskRow,
            ThrottleRow,
        ):
            await connection.execute(delete(row))
