"""What is special about SQLite: one writer among all processes."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.sql import SqlUnitOfWork, SqlViews, create_engine, create_reading_engine, upgrade
from adapters.sql.models import TaskRow
from adapters.sql.sqlite_connection import ClosingConnection
from application.errors import ServiceUnavailable
from databases.examples import NOON
from databases.revisions import current_revision
from domain.ids import UserId


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    file = tmp_path / "voice2face.db"
    await asyncio.to_thread(upgrade, f"sqlite:///{file}")
    return file


@pytest.fixture
async def engine(file: Path) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(f"sqlite:///{file}", pool_timeout=0.1)

    @event.listens_for(engine.sync_engine, "connect")
    def wait_briefly(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute("PRAGMA busy_timeout = 10")

    yield engine
    await engine.dispose()


async def test_waiting_for_a_transaction_of_another_process_ends(file: Path, engine: AsyncEngine) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(ServiceUnavailable):
        await SqlUnitOfWork(engine).__aenter__()
    other.execute("ROLLBACK")
    async with SqlUnitOfWork(engine) as uow:
        assert await uow.users.get(UserId("unknown")) is None
    other.close()


async def test_waiting_for_a_unit_of_work_of_this_process_ends(engine: AsyncEngine) -> None:
    async with SqlUnitOfWork(engine):
        with pytest.raises(ServiceUnavailable):
            await SqlUnitOfWork(engine).__aenter__()
    async with SqlUnitOfWork(engine) as uow:
        assert await uow.users.get(UserId("unknown")) is None


async def test_a_select_that_is_cancelled_keeps_no_lock_while_the_cancellation_is_handled(
    engine: AsyncEngine,
) -> None:
    loop, went_on = asyncio.get_running_loop(), asyncio.Event()

    async def be_cancelled_in_a_select() -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            async with engine.begin() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None
                await driver.create_function(
                    "cancel", 0, lambda: loop.call_soon_threadsafe(task.cancel) and 0
                )
                await connection.execute(text("SELECT cancel() FROM sqlite_master"))
        except asyncio.CancelledError:  # its traceback holds the cursor, which has rows left
            async with SqlUnitOfWork(engine) as uow:
                assert await uow.users.get(UserId("unknown")) is None
            went_on.set()

    await asyncio.create_task(be_cancelled_in_a_select())
    assert went_on.is_set()


@pytest.mark.parametrize("begin", ["BEGIN IMMEDIATE", "BEGIN"])
def test_a_connection_is_closed_with_its_locks_although_a_cursor_has_rows_left(
    file: Path, begin: str
) -> None:
    connection = sqlite3.connect(file, isolation_level=None, factory=ClosingConnection)
    cursor = connection.cursor()
    cursor.execute(begin)
    cursor.execute("SELECT * FROM sqlite_master")
    connection.close()
    other = sqlite3.connect(file, isolation_level=None, timeout=0.01)
    other.execute("CREATE TABLE written (number)")
    is_busy, *_ = other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    other.close()
    assert not is_busy
    with pytest.raises(sqlite3.ProgrammingError):
        cursor.fetchone()


async def test_several_processes_can_open_a_new_file_at_once(tmp_path: Path) -> None:
    for count in range(20):
        url = f"sqlite:///{tmp_path / f'{count}.db'}"
        found = await asyncio.gather(*(asyncio.to_thread(current_revision, url) for _ in range(4)))
        assert found == [None] * 4
        engine = create_reading_engine(url)
        async with engine.connect() as connection:
            assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        await engine.dispose()


async def test_views_cannot_write(file: Path) -> None:
    reading = create_reading_engine(f"sqlite:///{file}")
    async with reading.connect() as connection:
        with pytest.raises(ServiceUnavailable):
            await connection.execute(insert(TaskRow).values(name="sweep", taken_at=NOON))
    await reading.dispose()


async def test_a_database_in_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    engine = create_reading_engine(f"sqlite:///{tmp_path / 'missing' / 'voice2face.db'}")
    before = threads_of_connections()
    with pytest.raises(ServiceUnavailable):
        await SqlViews(engine).requests(UserId("unknown"))
    async with asyncio.timeout(60):  # its thread reports its end to this loop, so the loop must not end first
        while threads_of_connections() - before:
            await asyncio.sleep(0.01)


def threads_of_connections() -> set[threading.Thread]:
    """Return the threads of aiosqlite, one a connection."""
    return {thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name}


async def test_bad_sql_is_not_reported_as_an_unavailable_database(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(OperationalError, match="no such table"):
            await connection.exec_driver_sql("SELECT * FROM nonsense")


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="mysql:// or sqlite:///"):
        create_engine("postgresql://localhost/voice2face")
