"""The statements that a database executes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine


@contextmanager
def recorded_statements(*engines: AsyncEngine) -> Iterator[list[str]]:
    """Give a list of the SQL statements that the engines execute meanwhile, without BEGIN and COMMIT."""
    statements: list[str] = []

    def record(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with ExitStack() as stack:
        for engine in engines:
            event.listen(engine.sync_engine, "before_cursor_execute", record)
            stack.callback(event.remove, engine.sync_engine, "before_cursor_execute", record)
        yield statements
