"""Migrations only expand the schema while processes of the previous release may run, on SQLite and MySQL."""

import asyncio
import importlib
import pkgutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import BatchOperations, Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from adapters.sql.engine import create_migrating_engine
from adapters.sql.migrations import versions
from databases.contractions import Schema, contractions_by_step, schema_of
from databases.revisions import upgrade_to
from upgrade.previous import NEWEST_MIGRATION, RELEASE

Step = Callable[[Operations], object]

PERCENT: dict[str, Any] = {"existing_type": sa.Integer(), "existing_nullable": False}
EXPANDING: dict[str, Step] = {
    "a table": lambda op: op.create_table("later", sa.Column("id", sa.String(32), primary_key=True)),
    "a column that may be null": lambda op: op.add_column("faces", sa.Column("later", sa.String(16))),
    "a column with a default": lambda op: op.add_column(
        "faces", sa.Column("count", sa.Integer, nullable=False, server_default="0")
    ),
    "a new column whose values differ": lambda op: add_unique(op),
    "an index": lambda op: op.create_index("ix_percent", "faces", ["percent"]),
    "more room": lambda op: alter(op, "name", type_=sa.String(200), existing_nullable=False),
}
CONTRACTING: dict[str, tuple[Step, str]] = {
    "a table is dropped": (lambda op: op.drop_table("tasks"), "the table tasks is gone"),
    "a table is renamed": (lambda op: op.rename_table("tasks", "chores"), "the table tasks is gone"),
    "a column is dropped": (lambda op: drop(op, "note"), "faces.note is gone"),
    "a column is renamed": (lambda op: alter(op, "note", new_column_name="remark"), "faces.note is gone"),
    "a column must be given": (
        lambda op: op.add_column("faces", sa.Column("later", sa.Integer, nullable=False)),
        "faces.later is new, must not be null, and has no default",
    ),
    "less room": (
        lambda op: alter(op, "name", type_=sa.String(20), existing_nullable=False),
        "faces.name changes from VARCHAR(100) to VARCHAR(20)",
    ),
    "another type": (lambda op: alter(op, "note", type_=sa.Date()), "faces.note changes from "),
    "null is refused": (lambda op: alter(op, "note", nullable=False), "faces.note must not be null any more"),
    "null is new": (lambda op: alter(op, "name", nullable=True), "faces.name may be null now"),
    "the default is gone": (
        lambda op: alter(op, "percent", server_default=None, **PERCENT),
        "faces.percent has lost its default",
    ),
    "equal values are refused": (
        lambda op: op.create_index("ix_name", "faces", ["name"], unique=True),
        "faces newly demands that name is unique",
    ),
    "some values are refused": (
        lambda op: demand(op, lambda faces: faces.create_check_constraint("later", "percent < 101")),
        "faces newly demands that ",
    ),
    "another row is needed": (
        lambda op: demand(op, lambda faces: faces.create_foreign_key("later", "tasks", ["note"], ["id"])),
        "faces newly demands a row of tasks for note",
    ),
}


def make_tables(op: Operations) -> None:
    op.create_table("tasks", sa.Column("id", sa.String(100), primary_key=True))
    op.create_table(
        "faces",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("note", sa.String(100)),
        sa.Column("percent", sa.Integer, nullable=False, server_default="0"),
    )


def alter(op: Operations, column: str, **change: Any) -> None:
    with op.batch_alter_table("faces") as faces:
        faces.alter_column(column, **{"existing_type": sa.String(100), **change})


def add_unique(op: Operations) -> None:
    op.add_column("faces", sa.Column("place", sa.Integer))
    op.create_index("ix_place", "faces", ["place"], unique=True)


def drop(op: Operations, column: str) -> None:
    with op.batch_alter_table("faces") as faces:
        faces.drop_column(column)


def demand(op: Operations, constraint: Callable[[BatchOperations], object]) -> None:
    with op.batch_alter_table("faces") as faces:
        constraint(faces)


@pytest.fixture(params=["sqlite", "mysql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "mysql":
        return str(request.getfixturevalue("mysql_database").url)
    return f"sqlite:///{tmp_path / 'new.db'}"


def in_database(url: str, work: Callable[[Connection], Any]) -> Any:
    async def run() -> Any:
        async with create_migrating_engine(url).begin() as connection:
            return await connection.run_sync(work)

    return asyncio.run(run())


def read(url: str) -> Schema:
    schema: Schema = in_database(url, schema_of)
    return schema


def do(url: str, step: Step) -> None:
    in_database(url, lambda connection: step(Operations(MigrationContext.configure(connection))))


def migrations_after(revision: str) -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(versions.__path__))
    return [importlib.import_module(f"{versions.__name__}.{name}") for name in names if name[:4] > revision]


def migrate_from(url: str, revision: str) -> dict[str, list[str]]:
    """Migrate from a revision to the newest one; return what each migration takes away or newly demands."""
    upgrade_to(url, revision)
    later = [str(migration.revision) for migration in migrations_after(revision)]
    return contractions_by_step(lambda: read(url), {one: partial(upgrade_to, url, one) for one in later})


def may_contract(migration: ModuleType, previous: str = RELEASE) -> bool:
    """Tell whether a migration says that the previous release does not need what it takes away."""
    since: str | None = getattr(migration, "unused_since", None)
    return since is not None and parts(since) <= parts(previous)


def parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def test_all_migrations_since_the_previous_release_only_expand(url: str) -> None:
    allowed = {one.revision for one in migrations_after(NEWEST_MIGRATION) if may_contract(one)}
    found = migrate_from(url, NEWEST_MIGRATION)
    assert {name: sentences for name, sentences in found.items() if sentences and name not in allowed} == {}


def test_migrations_of_before_that_contracted_are_found(url: str) -> None:
    """The rule came with the release 0.2.0."""
    found = migrate_from(url, "0002")
    assert found["0003"] == ["the table chores is gone"]
    assert found["0010"] == []


def test_a_migration_may_contract_once_the_previous_release_does_not_need_what_it_takes_away() -> None:
    migration = ModuleType("0012_drop_something")
    assert not may_contract(migration, "0.2.0")
    migration.unused_since = "0.2.0"  # type: ignore[attr-defined]
    assert not may_contract(migration, "0.1.9")
    assert may_contract(migration, "0.2.0")
    assert may_contract(migration, "0.10.0")


def test_what_only_expands_is_no_contraction(url: str) -> None:
    do(url, make_tables)
    steps = {name: partial(do, url, step) for name, step in EXPANDING.items()}
    found = contractions_by_step(lambda: read(url), steps)
    assert found.keys() == EXPANDING.keys()
    assert not any(found.values()), found


@pytest.mark.parametrize("name", CONTRACTING)
def test_what_contracts_is_found(url: str, name: str) -> None:
    step, expected = CONTRACTING[name]
    do(url, make_tables)
    (sentence,) = contractions_by_step(lambda: read(url), {name: lambda: do(url, step)})[name]
    assert sentence.startswith(expected)
