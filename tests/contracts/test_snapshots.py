"""What `DatabaseSnapshots` and `EmptyDatabase` promise, from each database into each."""

import asyncio
import random
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    insert,
    select,
    text,
)

from adapters.sql import SqlEmptyDatabase, SqlSnapshots, create_engine, restoring, upgrade
from adapters.sql.engine import create_migrating_engine
from adapters.sql.models import Base, EndedSessionRow, MailRow, SessionRow, UserRow
from adapters.sql.repositories.blob_references import KEYS
from adapters.sql.types import UtcDateTime
from application.errors import ServiceUnavailable
from application.ports.backup import BackupRefused, Manifest, Snapshot
from databases.database import sql_database
from databases.examples import NOON, stored_user, submitted
from databases.revisions import current_revision, downgrade_to, newest_revision, upgrade_to
from domain.session import LONGEST_ACCESS
from real_servers import MySqlServer
from real_servers.plugin import count

LATER = NOON + timedelta(days=3)
CHANGED_BY_A_RESTORE = {"sessions", "ended_sessions", "users"}
ROWS = 5
Rows = dict[str, list[dict[str, Any]]]

SAMPLES: dict[type, Callable[[random.Random, int], list[Any]]] = {
    Boolean: lambda chance, size: [True, False],
    SmallInteger: lambda chance, size: [-32768, 0, 32767],
    BigInteger: lambda chance, size: [2**63 - 1, -(2**63), 0],
    Integer: lambda chance, size: [2**31 - 1, -(2**31), 0],
    Double: lambda chance, size: [0.1 + 0.2, 1e-300, -1.7976931348623157e308, 5.0, chance.random()],
    Text: lambda chance, size: ["Zeile\nund 'Zitat' \"\\ \t🎬", "", "x" * 60_000],
    String: lambda chance, size: [
        cut(value, size) for value in ("é", "e\u0301", "목소리", "a" * size, "Ä'\"\\%s:x", "")
    ],
    JSON: lambda chance, size: [
        {"zz": 1, "a": {"b": [1.0, 1e-9, None, True, 2**53]}, "🎬": "é"},
        ["faces/a/1/", "voices/ü"],
        {},
        [],
    ],
    LargeBinary: lambda chance, size: [chance.randbytes(60_000), b"", b"\x00\xff'\\"],
    UtcDateTime: lambda chance, size: [
        datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
        datetime(1999, 12, 31, tzinfo=UTC),
        datetime(2026, 7, 8, 9, 10, 11, 999_999, UTC),
    ],
}
"""Values of each type of column that are easily changed on their way; a new type needs a row here."""


def cut(value: str, size: int) -> str:
    return value[:size]


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes the addresses of databases without tables."""
    made = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / f'{len(list(tmp_path.iterdir()))}-{random.getrandbits(40)}.db'}"
        count(request.node, MySqlServer)
        server: MySqlServer = request.getfixturevalue("mysql_server")
        made.append((server, database := server.create_database()))
        return database.url

    yield make
    for server, database in made:
        server.drop_database(database)


@pytest.fixture(params=["sqlite", "mysql"])
async def source(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> str:
    url = new_database(request.param)
    await asyncio.to_thread(upgrade, url)
    return url


@pytest.fixture
async def sqlite(new_database: Callable[[str], str]) -> str:
    url = new_database("sqlite")
    await asyncio.to_thread(upgrade, url)
    return url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rows").mkdir()
    return tmp_path / "rows"


def value_of(column: "Column[Any]", number: int, chance: random.Random) -> Any:
    """Return an unusual value of a column's type; the first row has null wherever it may."""
    if column.nullable and number == 0:
        return None
    kind = next(kind for kind in type(column.type).__mro__ if kind in SAMPLES)
    size = getattr(column.type, "length", None) or 0
    if column.primary_key or column.unique or column.foreign_keys:
        return f"{number:0{min(size, 32)}x}"
    values = SAMPLES[kind](chance, size)
    return values[number % len(values)]


def rows_of(table: Table) -> list[dict[str, Any]]:
    chance = random.Random(table.name)
    return [
        {column.name: value_of(column, number, chance) for column in table.columns} for number in range(ROWS)
    ]


async def fill_every_table(url: str) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            for row in rows_of(table):
                await connection.execute(insert(table), row)
    await engine.dispose()


async def all_rows(url: str) -> Rows:
    """Return the rows of all tables as the service reads them."""
    found = {}
    async with create_migrating_engine(url).connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key))
            found[table.name] = [dict(row) for row in rows.mappings()]
    return found


def manifest_of(snapshot: Snapshot) -> Manifest:
    return Manifest(
        created_at=NOON,
        version="1",
        revision=snapshot.revision,
        requests=snapshot.requests,
        tables=snapshot.tables,
        blobs=(),
    )


@pytest.mark.parametrize("target_kind", ["sqlite", "mysql"])
async def test_every_value_of_every_table_comes_back_equal(
    source: str, target_kind: str, new_database: Callable[[str], str], folder: Path
) -> None:
    await fill_every_table(source)
    before = await all_rows(source)
    snapshot = await SqlSnapshots(source).take(folder)
    assert {table.name: table.rows for table in snapshot.tables} == dict.fromkeys(Base.metadata.tables, ROWS)
    target = new_database(target_kind)
    database = SqlEmptyDatabase(target)
    await database.require(snapshot.revision)
    await database.fill(manifest_of(snapshot), folder, LATER)
    after = await all_rows(target)
    for name in before.keys() - CHANGED_BY_A_RESTORE:
        assert after[name] == before[name], name
    assert [row | {"erase_at": None} for row in before["users"]] == [
        row | {"erase_at": None} for row in after["users"]
    ]
    assert await asyncio.to_thread(current_revision, target) == newest_revision()


async def test_a_snapshot_has_the_rows_of_one_moment_although_others_are_written_meanwhile(
    source: str, folder: Path, new_database: Callable[[str], str]
) -> None:
    """Each transaction writes a request and a generation: a snapshot has both, or neither."""
    async with sql_database(source) as database:
        user = await stored_user(database)
        stopped = asyncio.Event()
        written = 0

        async def write() -> None:
            nonlocal written
            while not stopped.is_set():
                await submitted(database, user)
                written += 1

        writing = asyncio.create_task(write())
        counts = []
        for _ in range(3):
            already = written
            while written == already:
                await asyncio.sleep(0.01)
            snapshot = await SqlSnapshots(source).take(folder)
            rows = {table.name: table.rows for table in snapshot.tables}
            assert rows["face_requests"] == rows["generations"] == snapshot.requests == len(snapshot.keys)
            counts.append(snapshot.requests)
        stopped.set()
        await writing
    assert 0 < counts[0] < counts[1] < counts[2] <= written
    target = new_database("sqlite")
    await SqlEmptyDatabase(target).fill(manifest_of(snapshot), folder, LATER)
    assert len((await all_rows(target))["face_requests"]) == counts[2]


async def test_rows_are_not_held_in_memory(
    source: str, folder: Path, new_database: Callable[[str], str]
) -> None:
    mail = {
        "kind": "k",
        "address": "a@example.org",
        "language": "ko",
        "facts": {"text": "x" * 4000},
        "tries": 0,
    }
    rows = [mail | {"id": f"{number:032x}", "created_at": NOON, "due_at": NOON} for number in range(5_000)]
    async with create_migrating_engine(source).begin() as connection:
        await connection.execute(insert(MailRow), rows)
    del rows
    target = new_database("sqlite" if source.startswith("mysql") else "mysql")
    await asyncio.to_thread(upgrade, target)
    tracemalloc.start()
    snapshot = await SqlSnapshots(source).take(folder)
    await SqlEmptyDatabase(target).fill(manifest_of(snapshot), folder, LATER)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (folder / "mails.jsonl").stat().st_size > 20_000_000
    assert most < 8_000_000


async def test_the_keys_of_a_snapshot_are_all_that_the_rows_refer_to(sqlite: str, folder: Path) -> None:
    await fill_every_table(sqlite)
    columns = [
        column
        for table in Base.metadata.tables.values()
        for column in table.c
        if column.name.endswith("_key")
    ]
    assert {column.expression for column in KEYS} == set(columns)
    rows = await all_rows(sqlite)
    keys = {row[column.name] for column in columns for row in rows[column.table.name]} - {None}
    assert (await SqlSnapshots(sqlite).take(folder)).keys == keys


async def test_all_sessions_have_ended_after_a_restore_and_no_idle_account_is_due(
    sqlite: str, folder: Path, new_database: Callable[[str], str]
) -> None:
    async with sql_database(sqlite) as database:
        user = await stored_user(database)
    kept = {"user_id": user.id, "device_name": "", "created_at": NOON, "last_used_at": NOON}
    day = timedelta(days=1)
    async with create_migrating_engine(sqlite).begin() as connection:
        await connection.execute(
            insert(SessionRow),
            [
                kept | {"id": "one token", "refreshes": None, "expires_at": LATER + day / 2},
                kept | {"id": "refreshed", "refreshes": 4, "expires_at": LATER + 29 * day},
                kept | {"id": "expired", "refreshes": None, "expires_at": LATER - day},
            ],
        )
        await connection.execute(text("UPDATE users SET erase_at = '2026-01-03 00:00:00.000000'"))
        guest = {"id": "guest", "age": 20, "gender": "man", "language": "ko", "created_at": NOON}
        await connection.execute(insert(UserRow), guest | {"last_seen_at": NOON, "erase_at": NOON + day})
    target = new_database("sqlite")
    await SqlEmptyDatabase(target).fill(manifest_of(await SqlSnapshots(sqlite).take(folder)), folder, LATER)
    rows = await all_rows(target)
    assert rows["sessions"] == []
    ended = {row["id"]: (row["ended_at"], row["forget_at"]) for row in rows[EndedSessionRow.__tablename__]}
    assert ended.keys() == {"one token", "refreshed"}
    assert ended["one token"] == (LATER, LATER + day / 2)
    assert ended["refreshed"][1] > LATER + LONGEST_ACCESS
    erased_at = {row["id"]: row["erase_at"] for row in rows["users"]}
    assert erased_at == {user.id: None, "guest": NOON + day}


async def test_a_database_with_any_row_is_refused_and_stays_as_it_is(
    source: str, folder: Path, sqlite: str
) -> None:
    async with create_migrating_engine(source).begin() as connection:
        await connection.execute(text("INSERT INTO tasks VALUES ('sweep', '2026-01-02 03:04:05')"))
    before = await all_rows(source)
    snapshot = await SqlSnapshots(sqlite).take(folder)
    database = SqlEmptyDatabase(source)
    with pytest.raises(BackupRefused, match=r"not empty: there are rows in tasks\. Stop the service"):
        await database.require(snapshot.revision)
    with pytest.raises(BackupRefused, match="not empty"):
        await database.fill(manifest_of(snapshot), folder, LATER)
    assert await all_rows(source) == before


async def test_rows_that_came_while_the_blobs_were_copied_are_kept_where_the_schema_would_be_changed(
    source: str, folder: Path, sqlite: str
) -> None:
    snapshot = await SqlSnapshots(sqlite).take(folder)
    database = SqlEmptyDatabase(source)
    await database.require("0010")
    async with create_migrating_engine(source).begin() as connection:
        await connection.execute(text("INSERT INTO tasks VALUES ('sweep', '2026-01-02 03:04:05')"))
    before = await all_rows(source)
    with pytest.raises(BackupRefused, match="not empty: there are rows in tasks"):
        await database.fill(replace(manifest_of(snapshot), revision="0010"), folder, LATER)
    assert await all_rows(source) == before
    assert await asyncio.to_thread(current_revision, source) == newest_revision()


async def test_an_empty_database_of_another_revision_is_taken(source: str, sqlite: str, folder: Path) -> None:
    await asyncio.to_thread(downgrade_to, source, "0003")
    await fill_every_table(sqlite)
    snapshot = await SqlSnapshots(sqlite).take(folder)
    database = SqlEmptyDatabase(source)
    await database.require(snapshot.revision)
    await database.fill(manifest_of(snapshot), folder, LATER)
    assert (await all_rows(source))["surveys"] == (await all_rows(sqlite))["surveys"]


async def test_a_backup_of_an_older_revision_is_loaded_into_it_and_then_upgraded(
    new_database: Callable[[str], str], sqlite: str, folder: Path
) -> None:
    """Revision 0010 had no idempotency keys."""
    await fill_every_table(sqlite)
    snapshot = await SqlSnapshots(sqlite).take(folder)
    older = tuple(table for table in snapshot.tables if table.name != "idempotency_keys")
    target = new_database("sqlite")
    await asyncio.to_thread(upgrade_to, target, newest_revision())
    await SqlEmptyDatabase(target).fill(
        replace(manifest_of(snapshot), revision="0010", tables=older), folder, LATER
    )
    rows = await all_rows(target)
    assert (len(rows["generations"]), rows["idempotency_keys"]) == (ROWS, [])
    assert await asyncio.to_thread(current_revision, target) == newest_revision()


async def test_a_newer_schema_is_refused_before_a_database_is_made(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="schema 9999, which this version of the service does not know"):
        await SqlEmptyDatabase(f"sqlite:///{tmp_path / 'new.db'}").require("9999")
    await SqlEmptyDatabase(f"sqlite:///{tmp_path / 'new.db'}").require(newest_revision())
    assert not (tmp_path / "new.db").exists()


async def test_a_database_of_another_version_is_neither_read_nor_filled(source: str, folder: Path) -> None:
    async with create_migrating_engine(source).begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        BackupRefused, match=r"is 9999, of a newer version .* Back up with the newer version\."
    ):
        await SqlSnapshots(source).take(folder)
    with pytest.raises(BackupRefused, match="database has the schema 9999"):
        await SqlEmptyDatabase(source).require(newest_revision())


async def test_a_database_that_was_not_upgraded_is_not_backed_up(sqlite: str, folder: Path) -> None:
    await asyncio.to_thread(downgrade_to, sqlite, "0010")
    with pytest.raises(
        BackupRefused, match=r"schema of the database is 0010, .* Run `voice2face db upgrade`"
    ):
        await SqlSnapshots(sqlite).take(folder)


async def test_a_database_without_tables_is_not_backed_up(
    new_database: Callable[[str], str], folder: Path
) -> None:
    url = new_database("sqlite")
    with pytest.raises(BackupRefused, match=r"There is no database .*Check V2F_DATA"):
        await SqlSnapshots(url).take(folder)
    await asyncio.to_thread(upgrade_to, url, "0001")
    await asyncio.to_thread(downgrade_to, url, "base")
    with pytest.raises(BackupRefused, match="schema of the database is missing"):
        await SqlSnapshots(url).take(folder)


@pytest.fixture
async def tampered(sqlite: str, folder: Path) -> Manifest:
    """A manifest whose rows are not those of the files."""
    await fill_every_table(sqlite)
    snapshot = await SqlSnapshots(sqlite).take(folder)
    *others, last = snapshot.tables
    return manifest_of(replace(snapshot, tables=(*others, replace(last, rows=last.rows + 1))))


async def test_rows_that_do_not_come_back_from_the_database_are_not_kept(
    source: str, tampered: Manifest, folder: Path
) -> None:
    with pytest.raises(BackupRefused, match="none was kept"):
        await SqlEmptyDatabase(source).fill(tampered, folder, LATER)
    assert not any((await all_rows(source)).values())


async def test_a_database_that_is_away_after_the_commit_is_told_as_what_is_left_to_do(
    sqlite: str, folder: Path, new_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_url: str) -> None:
        raise ServiceUnavailable("database")

    await fill_every_table(sqlite)
    snapshot, target = await SqlSnapshots(sqlite).take(folder), new_database("sqlite")
    monkeypatch.setattr(restoring, "upgrade", away)
    with pytest.raises(BackupRefused, match=r"All is restored, but .* Run `voice2face db upgrade`"):
        await SqlEmptyDatabase(target).fill(manifest_of(snapshot), folder, LATER)
    assert len((await all_rows(target))["surveys"]) == ROWS
