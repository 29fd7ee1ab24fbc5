"""What the drivers raise, in the application's words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, TimeoutError

from adapters.sql.integrity import broken_constraint
from application.errors import ServiceUnavailable

MYSQL_BAD_STATEMENT = "42"
"""The class of SQLSTATE for syntax errors, unknown names and missing rights."""
SQLITE_BAD_STATEMENT = 1
"""SQLITE_ERROR, which is any error without a code of its own."""

log = logging.getLogger(__name__)


def translate_failures(engine: Engine) -> None:
    """Make every statement, commit and connection attempt of this engine raise application errors.

    What is a mistake of ours, such as bad SQL, stays what it was.
    """
    event.listen(engine, "handle_error", _raise_translated)


def _raise_translated(context: ExceptionContext) -> None:
    if not isinstance(context.original_exception, Exception):
        return  # a cancelled task: its connection is given up, which the engine calls a disconnect too
    if context.is_disconnect or _is_out_of_reach(context):
        log.warning("the database does not answer: %s", context.original_exception)
        raise ServiceUnavailable("database") from context.original_exception
    if isinstance(context.sqlalchemy_exception, IntegrityError):
        error = broken_constraint(context.sqlalchemy_exception)
        if error is not None:
            raise error from context.original_exception


def _is_out_of_reach(context: ExceptionContext) -> bool:
    """Tell a database that is away, busy or locked from a statement that it can never carry out.

    Both drivers count any bad statement among the operational errors.
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
    """Translate the pool's own refusal: all connections are taken, and stay so."""
    try:
        yield
    except TimeoutError as late:
        raise ServiceUnavailable("database") from late
