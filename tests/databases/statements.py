"""What was asked of a database."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def recorded_statements(*engines: AsyncEngine) -> Iterator[list[str]]:
    """Collect every SQL statement that the engines execute meanwhile; beginnings and ends of transactions aside."""
    statements: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with ExitStack() as stack:
        for engine in engines:
            event.listen(engine.sync_engine, "before_cursor_execute", note)
            stack.callback(event.remove, engine.sync_engine, "before_cursor_execute", note)
        yield statements
