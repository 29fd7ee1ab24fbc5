"""What a migration takes away or newly demands, so that code of before it can fail on the schema after it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, String, inspect
from sqlalchemy.engine import Inspector
from sqlalchemy.types import TypeEngine

Columns = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Table:
    """A table as the database describes it."""

    columns: Columns
    demands: Mapping[str, frozenset[str]]
    """Constraints that refuse rows, in words, with their columns."""


Schema = Mapping[str, Table]


def schema_of(connection: Connection) -> Schema:
    """Return the tables of a database, but for the one in which Alembic notes the revision."""
    inspector = inspect(connection)
    return {
        name: Table(
            {column["name"]: column for column in inspector.get_columns(name)},
            dict(_demands(inspector, name)),
        )
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def contractions(before: Schema, after: Schema) -> list[str]:
    """Return a sentence for each thing that code of before misses, or cannot satisfy."""
    found = []
    for name, old in before.items():
        if (new := after.get(name)) is None:
            found.append(f"the table {name} is gone")
            continue
        found += [f"{name}.{sentence}" for sentence in _of_columns(old.columns, new.columns)]
        found += [
            f"{name} newly demands {demand}"
            for demand, columns in new.demands.items()
            if demand not in old.demands and columns & old.columns.keys()
        ]
    return found


def _of_columns(before: Columns, after: Columns) -> Iterator[str]:
    for name, old in before.items():
        if (new := after.get(name)) is None:
            yield f"{name} is gone"
            continue
        if not _holds(new["type"], old["type"]):
            yield f"{name} changes from {old['type']} to {new['type']}"
        if new["nullable"] and not old["nullable"]:
            yield f"{name} may be null now, which code of before does not expect"
        if old["nullable"] and not new["nullable"]:
            yield f"{name} must not be null any more"
        if old.get("default") is not None and new.get("default") is None and not new["nullable"]:
            yield f"{name} has lost its default"
    for name in after.keys() - before.keys():
        if not after[name]["nullable"] and after[name].get("default") is None:
            yield f"{name} is new, must not be null, and has no default"


def _holds(new: TypeEngine[Any], old: TypeEngine[Any]) -> bool:
    """Tell whether a type is the same as before, or the same with more room for text."""
    if isinstance(new, String) and isinstance(old, String) and type(new) is type(old):
        return new.length is None or (old.length is not None and new.length >= old.length)
    return repr(new) == repr(old)


def _demands(inspector: Inspector, table: str) -> Iterator[tuple[str, frozenset[str]]]:
    for key in inspector.get_foreign_keys(table):
        columns = key["constrained_columns"]
        yield f"a row of {key['referred_table']} for {', '.join(columns)}", frozenset(columns)
    unique: list[Any] = [*inspector.get_unique_constraints(table)]
    unique += [index for index in inspector.get_indexes(table) if index["unique"]]
    for one in unique:
        columns = [column for column in one["column_names"] if column is not None]
        yield f"that {', '.join(columns)} is unique", frozenset(columns)
    for check in inspector.get_check_constraints(table):
        columns = [name for name in _names(inspector, table) if name in check["sqltext"]]
        yield f"that {check['sqltext']}", frozenset(columns)


def _names(inspector: Inspector, table: str) -> list[str]:
    return [column["name"] for column in inspector.get_columns(table)]


ReadSchema = Callable[[], Schema]


def contractions_by_step(read: ReadSchema, steps: Mapping[str, Callable[[], None]]) -> dict[str, list[str]]:
    """Do steps, such as migrations, one after the other; return the contractions of each."""
    found, before = {}, read()
    for name, step in steps.items():
        step()
        after = read()
        found[name] = contractions(before, after)
        before = after
    return found
