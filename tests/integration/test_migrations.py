"""The migrations, on SQLite and MySQL."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

import adapters.sql
import adapters.sql.migrations.versions
from adapters.sql import SqlViews, create_reading_engine, upgrade
from adapters.sql.engine import create_migrating_engine
from adapters.sql.generation_mappers import to_generation
from adapters.sql.models import Base, GenerationRow
from application.errors import ServiceUnavailable
from databases.revisions import current_revision, downgrade_to, newest_revision, upgrade_to
from domain.feedback import Rating
from domain.look import NO_WISHES, LookWishes, SkinTone

VERSIONS = Path(adapters.sql.migrations.versions.__file__).parent


@pytest.fixture(params=["sqlite", "mysql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "mysql":
        return str(request.getfixturevalue("mysql_database").url)
    return f"sqlite:///{tmp_path / 'new.db'}"


def tables(url: str) -> set[str]:
    return set(in_database(url, lambda connection: inspect(connection).get_table_names()))


def in_database(url: str, work: Any) -> Any:
    async def run() -> Any:
        async with create_migrating_engine(url).connect() as connection:
            return await connection.run_sync(work)

    return asyncio.run(run())


def test_all_migrations_run_up_and_down_and_up_again(url: str) -> None:
    assert current_revision(url) is None
    upgrade(url)
    assert current_revision(url) == newest_revision()
    assert set(Base.metadata.tables) <= tables(url)
    downgrade_to(url, "base")
    assert current_revision(url) is None
    assert not set(Base.metadata.tables) & tables(url)
    upgrade(url)
    assert current_revision(url) == newest_revision()


def test_upgrading_a_current_schema_does_nothing(url: str) -> None:
    upgrade(url)
    upgrade(url)
    assert current_revision(url) == newest_revision()


def test_the_migrated_schema_equals_the_models(url: str) -> None:
    def differences(connection: Connection) -> Sequence[object]:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return list(compare_metadata(context, Base.metadata))

    upgrade(url)
    assert in_database(url, differences) == []


def test_renaming_the_table_of_tasks_keeps_its_rows(url: str) -> None:
    def write(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO chores (name, taken_at) VALUES ('sweep_orphans', '2026-01-02 03:04:05')")
        )
        connection.commit()

    def read(table: str) -> list[str]:
        select = text(f"SELECT name FROM {table}")
        return list(in_database(url, lambda connection: connection.scalars(select).all()))

    upgrade_to(url, "0002")
    in_database(url, write)
    upgrade(url)
    assert read("tasks") == ["sweep_orphans"]
    downgrade_to(url, "0002")
    assert read("chores") == ["sweep_orphans"]


def test_what_is_queued_gets_its_user_and_its_turn(url: str) -> None:
    statements = (
        "INSERT INTO users (id, email, password_hash, age, gender, created_at)"
        " VALUES ('ann', 'ann@example.org', 'h', 30, 'woman', '2026-01-01'),"
        " ('bob', 'bob@example.org', 'h', 30, 'man', '2026-01-01')",
        "INSERT INTO face_requests (id, user_id, age, gender, voice_key, voice_seconds, voice_media_type,"
        " voice_suffix, latest_generation_id, created_at, updated_at)"
        " VALUES ('r', 'ann', 30, 'woman', 'k', 9, 'audio/flac', '.flac', 'g', '2026-01-01', '2026-01-01')",
        *(
            "INSERT INTO generations (id, request_id, state, created_at, due_at, attempt, faults, percent)"
            f" VALUES ('{one}', 'r', '{state}', '2026-01-01', '2026-01-0{one}', 1, 0, 0)"
            for one, state in ((2, "queued"), (3, "queued"), (4, "running"), (5, "failed"))
        ),
    )

    def write(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()

    def read(statement: str) -> list[tuple[object, ...]]:
        return list(in_database(url, lambda connection: connection.execute(text(statement)).all()))

    upgrade_to(url, "0003")
    in_database(url, write)
    upgrade_to(url, "0004")
    assert read("SELECT DISTINCT user_id FROM generations") == [("ann",)]
    assert read("SELECT user_id, waiting, queued, running FROM turns ORDER BY user_id") == [
        ("ann", 1, 2, 1),
        ("bob", 0, 0, 0),
    ]
    (((since, due),)) = read("SELECT waiting_since, next_due_at FROM turns WHERE user_id = 'ann'")
    assert str(since)[:10] == str(due)[:10] == "2026-01-02"
    downgrade_to(url, "0003")
    assert read("SELECT COUNT(*) FROM generations WHERE announced_at IS NULL") == [(4,)]


def test_generations_of_before_count_for_the_day_without_drawing_and_those_in_flight_with_ten_minutes(
    url: str,
) -> None:
    statements = (
        "INSERT INTO users (id, email, password_hash, age, gender, created_at)"
        " VALUES ('u', 'u@example.org', 'hash', 30, 'woman', '2026-01-02 03:04:05')",
        "INSERT INTO face_requests (id, user_id, age, gender, voice_key, voice_seconds, voice_media_type,"
        " voice_suffix, latest_generation_id, created_at, updated_at) VALUES ('r', 'u', 30, 'woman', 'voices/r.flac',"
        " 5, 'audio/flac', '.flac', 'g2', '2026-01-02 03:04:05', '2026-01-02 03:04:05')",
        *(
            "INSERT INTO generations (id, request_id, state, created_at, due_at, attempt, faults, percent, finished_at)"
            f" VALUES ('{name}', 'r', '{state}', '2026-01-02 03:04:05', '2026-01-02 03:04:05', 1, 0, 0, {finished_at})"
            for name, state, finished_at in (
                ("g1", "succeeded", "'2026-01-02 03:05:00'"),
                ("g2", "queued", "NULL"),
            )
        ),
    )

    def write(connection: Connection) -> None:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()

    def read(connection: Connection) -> list[Any]:
        rows = connection.execute(
            text("SELECT generation_id, user_id, drawn_seconds, ended_at IS NULL FROM usages ORDER BY 1")
        )
        return [tuple(row) for row in rows]

    upgrade_to(url, "0003")
    in_database(url, write)
    upgrade(url)
    assert in_database(url, read) == [("g1", "u", 0, 0), ("g2", "u", 600, 1)]


def test_addresses_of_accounts_are_composed_unless_another_account_has_that_spelling(url: str) -> None:
    spellings = [
        "anna@example.org",
        "jose\u0301@example.org",
        "rene\u0301@example.org",
        "ren\u00e9@example.org",
    ]

    def write(connection: Connection) -> None:
        for number, email in enumerate(spellings):
            connection.execute(
                text(
                    "INSERT INTO users (id, email, password_hash, age, gender, created_at)"
                    " VALUES (:id, :email, 'hash', 30, 'man', '2026-01-02 03:04:05')"
                ),
                {"id": f"{number:032}", "email": email},
            )
        connection.commit()

    upgrade_to(url, "0003")
    in_database(url, write)
    upgrade(url)
    select = text("SELECT email FROM users ORDER BY id")
    emails = in_database(url, lambda connection: connection.scalars(select).all())
    assert list(emails) == ["anna@example.org", "jos\u00e9@example.org", *spellings[2:]]


def test_generations_of_before_were_made_with_the_wishes_of_their_requests(url: str) -> None:
    wishes = '{"skin_tone": "olive", "hair_style": null, "hair_colour": null, "glasses": true}'
    statements = (
        "INSERT INTO users (id, email, password_hash, age, gender, language, created_at, last_seen_at)"
        " VALUES ('u', 'u@example.org', 'hash', 30, 'woman', 'en', '2026-01-02', '2026-01-02')",
        *(
            "INSERT INTO face_requests (id, user_id, age, gender, voice_key, voice_seconds, voice_media_type,"
            " voice_suffix, wishes, latest_generation_id, created_at, updated_at) VALUES"
            f" ('{name}', 'u', 30, 'woman', '{name}', 5, 'audio/flac', '.flac', {wished}, 'g', '2026-01-02',"
            " '2026-01-02')"
            for name, wished in (("r1", f"'{wishes}'"), ("r2", "NULL"))
        ),
        *(
            "INSERT INTO generations (id, request_id, user_id, state, created_at, due_at, attempt, faults, percent,"
            f" voice_rating) VALUES ('{name}', '{request}', 'u', 'succeeded', '2026-01-02', '2026-01-02', 1, 0, 100, 4)"
            for name, request in (("g1", "r1"), ("g2", "r1"), ("g3", "r2"))
        ),
    )

    def write(connection: Connection) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()

    def read(connection: Connection) -> dict[str, Any]:
        rows = connection.execute(select(GenerationRow.__table__))
        generations = map(to_generation, rows)
        return {one.id: (one.wishes, one.voice_rating) for one in generations}

    upgrade_to(url, "0009")
    in_database(url, write)
    upgrade(url)
    olive, rating = LookWishes(skin_tone=SkinTone.OLIVE, glasses=True), Rating(stars=4)
    assert in_database(url, read) == {"g1": (olive, rating), "g2": (olive, rating), "g3": (NO_WISHES, rating)}


def test_several_processes_can_upgrade_at_once(url: str, tmp_path: Path) -> None:
    """They run from another folder, as an installed program would."""
    source = Path(adapters.sql.__file__).parents[2]
    command = [
        sys.executable,
        "-c",
        "import sys; from adapters.sql import upgrade; upgrade(sys.argv[1])",
        url,
    ]
    processes = [
        subprocess.Popen(command, cwd=tmp_path, env={"PYTHONPATH": str(source)}, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors
    assert current_revision(url) == newest_revision()


async def test_a_newer_schema_is_used_and_left_as_it_is_since_newer_ones_only_expand(url: str) -> None:
    def expand(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE users ADD COLUMN added_later VARCHAR(16)"))
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()

    await asyncio.to_thread(upgrade, url)
    await asyncio.to_thread(in_database, url, expand)
    engine = create_reading_engine(url)
    await SqlViews(engine).check()
    await asyncio.to_thread(upgrade, url)
    assert await asyncio.to_thread(current_revision, url) == "9999"
    await SqlViews(engine).check()
    await engine.dispose()


async def test_an_older_schema_fails_the_check(url: str) -> None:
    await asyncio.to_thread(upgrade_to, url, "0001")
    engine = create_reading_engine(url)
    with pytest.raises(ServiceUnavailable):
        await SqlViews(engine).check()
    await engine.dispose()


def test_revisions_are_numbers_of_four_digits_so_that_a_newer_one_is_greater() -> None:
    files = list(VERSIONS.glob("[!_]*.py"))
    assert files
    for file in files:
        assert re.fullmatch(r"\d{4}_\w+\.py", file.name)
        assert f'\nrevision = "{file.name[:4]}"\n' in file.read_text()


async def test_a_database_without_the_schema_fails_the_check_and_the_log_says_what_to_do(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_reading_engine(url)
    with pytest.raises(ServiceUnavailable):
        await SqlViews(engine).check()
    assert "voice2face db upgrade" in caplog.text
    await asyncio.to_thread(upgrade, url)
    await SqlViews(engine).check()
    await asyncio.to_thread(downgrade_to, url, "base")
    with pytest.raises(ServiceUnavailable):
        await SqlViews(engine).check()
    await engine.dispose()
