"""A connection to SQLite that is closed for good."""

import sqlite3
import weakref
from typing import Any


class ClosingConnection(sqlite3.Connection):
    """A connection that closes its cursors first.

    A cursor with rows left keeps a closed connection alive, with its transaction and its locks, until the cursor is
    freed. When a task is cancelled in the middle of a select, that can be long after: the error's traceback holds the
    cursor for as long as the error is handled.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def cursor(self, *arguments: Any, **named: Any) -> Any:
        """Return a new cursor."""
        cursor = super().cursor(*arguments, **named)
        self._cursors.add(cursor)
        return cursor

    def close(self) -> None:
        """Close the cursors, then the connection; a transaction is rolled back."""
        while self._cursors:
            self._cursors.pop().close()
        super().close()
