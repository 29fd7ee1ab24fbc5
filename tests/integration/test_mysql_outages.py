"""What units of work and views do while MySQL is away, and when it is back."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from adapters.sql import SqlUnitOfWork, create_engine, upgrade
from application.errors import ServiceUnavailable
from databases.database import Database, sql_database
from databases.examples import LEASE, NOON, new_user, reread, stored_user, submitted
from real_servers import MySqlDatabase, MySqlServer

PAUSED_SECONDS = 4
"""How long to wait for a response of a paused server; a server with a slow disk responds sooner."""

Use = Callable[[Database], Awaitable[object]]


async def view(database: Database) -> None:
    await database.views.check()


async def unit_of_work(database: Database) -> None:
    await stored_user(database)


both_ways = pytest.mark.parametrize("use", [view, unit_of_work])


@pytest.fixture(scope="module")
def url(own_mysql: MySqlServer) -> str:
    database = own_mysql.create_database()
    upgrade(database.url)
    return database.url


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with sql_database(url) as database:
        yield database


async def restart(server: MySqlServer) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


@both_ways
async def test_after_a_restart_at_most_one_use_fails(
    own_mysql: MySqlServer, database: Database, use: Use
) -> None:
    await asyncio.gather(*(use(database) for _ in range(5)))  # so that several connections are open
    await restart(own_mysql)
    failures = 0
    for _ in range(10):
        try:
            await use(database)
        except ServiceUnavailable:
            failures += 1
    assert failures <= 1


async def test_a_restart_in_the_middle_of_a_unit_of_work_undoes_it(
    own_mysql: MySqlServer, database: Database
) -> None:
    _, generation = await submitted(database)
    async with database.unit_of_work() as uow:
        locked = await uow.generations.lock(generation.id)
        assert locked is not None
        locked.claim(NOON, LEASE)
        await uow.generations.save(locked)
        await restart(own_mysql)
        with pytest.raises(ServiceUnavailable):
            await uow.commit()
    assert (await reread(database, generation)).attempt == 0


@both_ways
async def test_every_use_fails_while_the_server_is_stopped_and_works_once_it_is_back(
    own_mysql: MySqlServer, database: Database, use: Use
) -> None:
    await use(database)
    await asyncio.to_thread(own_mysql.stop)
    for _ in range(3):
        with pytest.raises(ServiceUnavailable):
            await use(database)
    await asyncio.to_thread(own_mysql.start)
    await use(database)


@both_ways
async def test_waiting_for_a_paused_server_ends_in_bounded_time(
    own_mysql: MySqlServer, url: str, use: Use
) -> None:
    async with sql_database(f"{url}&read_timeout={PAUSED_SECONDS}") as database:
        await use(database)
        await asyncio.to_thread(own_mysql.pause)
        began = time.monotonic()
        try:
            with pytest.raises(ServiceUnavailable):
                await use(database)
            with pytest.raises(ServiceUnavailable):
                await use(database)
        finally:
            await asyncio.to_thread(own_mysql.unpause)
        assert time.monotonic() - began < 15
        await use(database)


async def test_waiting_for_a_lock_that_is_never_released_ends(mysql_database: MySqlDatabase) -> None:
    await asyncio.to_thread(upgrade, mysql_database.url)
    engine = create_engine(mysql_database.url)

    @event.listens_for(engine.sync_engine, "connect")
    def wait_briefly(connection: DBAPIConnection, _record: object) -> None:
        connection.cursor().execute("SET SESSION innodb_lock_wait_timeout = 1")

    user = new_user()
    async with SqlUnitOfWork(engine) as uow:
        await uow.users.add(user)
        await uow.commit()
    async with SqlUnitOfWork(engine) as first, SqlUnitOfWork(engine) as second:
        await first.users.lock(user.id)
        with pytest.raises(ServiceUnavailable):
            await second.users.lock(user.id)
    await engine.dispose()


async def test_the_server_releases_the_rows_of_a_client_that_sends_nothing_more(
    mysql_database: MySqlDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.sql.mysql.TRANSACTION_IDLE_SECONDS", 3)
    await asyncio.to_thread(upgrade, mysql_database.url)
    async with sql_database(mysql_database.url) as database:
        user = await stored_user(database)
        async with database.unit_of_work() as silent, database.unit_of_work() as next_one:
            await silent.users.lock(user.id)
            assert await next_one.users.lock(user.id) is not None
            with pytest.raises(ServiceUnavailable):
                await silent.commit()


async def test_a_server_that_closes_new_connections_at_once_counts_as_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def connect(**_: object) -> None:  # as asyncmy does when the connection is closed at this point
        raise RuntimeError("Transport does not expose socket instance")

    monkeypatch.setattr("asyncmy.connect", connect)
    async with sql_database("mysql://user:secret@127.0.0.1/faces") as database:
        for use in (view, unit_of_work):
            with pytest.raises(ServiceUnavailable):
                await use(database)
