"""Results that a test writes into the database of a running service: making them would take minutes."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from domain.ids import new_id


@contextmanager
def database(data: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection, and commit."""
    with closing(sqlite3.connect(data / "voice2face.db", timeout=30)) as connection, connection:
        connection.row_factory = sqlite3.Row
        yield connection


def copy_request(data: Path, request_id: str, number: int) -> None:
    """Make so many copies of a request with one result, each with faces of its own."""
    with database(data) as connection:
        request = row(connection, "face_requests", "id", request_id)
        generation = row(connection, "generations", "request_id", request_id)
        for _ in range(number):
            ids = {"id": new_id(), "latest_generation_id": new_id()}
            insert(connection, "face_requests", {**request, **ids})
            old, new = request["latest_generation_id"], ids["latest_generation_id"]
            shutil.copytree(data / f"blobs/faces/{old}", data / f"blobs/faces/{new}")
            keys = {
                name: value.replace(str(old), new)
                for name, value in generation.items()
                if name.endswith("_key") and isinstance(value, str)
            }
            insert(connection, "generations", {**generation, **keys, "id": new, "request_id": ids["id"]})


def set_state(data: Path, generation_id: str, state: str) -> None:
    """Give a generation another state; nothing else works on it."""
    with database(data) as connection:
        lease = "2999-01-01 00:00:00" if state == "running" else None
        connection.execute(
            "UPDATE generations SET state = ?, lease_until = ? WHERE id = ?", (state, lease, generation_id)
        )


def use_portraits_as_loops(data: Path, generation_id: str) -> None:
    """Give a generation loops, which the fast face maker makes none of."""
    with database(data) as connection:
        connection.execute(
            "UPDATE generations SET voice_loop_key = voice_portrait_key, condition_loop_key = condition_portrait_key "
            "WHERE id = ?",
            (generation_id,),
        )


def row(connection: sqlite3.Connection, table: str, column: str, value: str) -> dict[str, object]:
    """Return the one row of a table with this value."""
    return dict(connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,)).fetchone())


def insert(connection: sqlite3.Connection, table: str, values: dict[str, object]) -> None:
    """Insert a row."""
    places = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", tuple(values.values()))
