"""Errors of the database drivers, translated into errors of the application."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, TimeoutError

from adapters.sql.integrity import meaning_of
from application.errors import ServiceUnavailable

MYSQL_BAD_STATEMENT = "42"
"""The class of SQLSTATE for syntax errors, unknown names and missing rights."""
SQLITE_BAD_STATEMENT = 1
"""SQLITE_ERROR: any error without a code of its own."""

log = logging.getLogger(__name__)


def translate_failures(engine: Engine) -> None:
    """Make every statement, commit and connection attempt of this engine raise application errors.

    Mistakes of the program, such as bad SQL, are not translated.
    """
    event.listen(engine, "handle_error", _raise_translated)


def _raise_translated(context: ExceptionContext) -> None:
    if not isinstance(context.original_exception, Exception):
        return  # the task was cancelled: its connection is closed, which the engine reports as a disconnect, too
    if context.is_disconnect or _is_unavailable(context):
        log.warning("the database does not answer: %s", context.original_exception)
        raise ServiceUnavailable("database") from context.original_exception
    if isinstance(context.sqlalchemy_exception, IntegrityError):
        error = meaning_of(context.sqlalchemy_exception)
        if error is not None:
            raise error from context.original_exception


def _is_unavailable(context: ExceptionContext) -> bool:
    """Tell whether the database is away, busy or locked, and not given a bad statement.

    Both drivers report bad statements as operational errors, too.
    """
    error = context.sqlalchemy_exception
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    if context.dialect.name == "sqlite":
        return getattr(error.orig, "sqlite_errorcode", None) != SQLITE_BAD_STATEMENT
    return not str(getattr(error.orig, "sqlstate", None)).startswith(MYSQL_BAD_STATEMENT)


@contextmanager
def waiting_for_a_connection() -> Iterator[None]:
    """Translate the timeout of the pool, which all connections being in use causes."""
    try:
        yield
    except TimeoutError as late:
        raise ServiceUnavailable("database") from late
