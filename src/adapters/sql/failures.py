"""What the drivers raise, in the application's words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, TimeoutError

from adapters.sql.integrity import broken_constraint
from application.errors import ServiceUnavailable

MYSQL_UNKNOWN_COLUMN = 1054
SQLITE_BAD_STATEMENT = 1


def translate_failures(engine: Engine) -> None:
    """Make every statement, commit and connection attempt of this engine raise application errors.

    What is a mistake of ours, such as bad SQL, stays what it was.
    """
    event.listen(engine, "handle_error", _raise_translated)


def _raise_translated(context: ExceptionContext) -> None:
    if context.is_disconnect or _is_out_of_reach(context):
        raise ServiceUnavailable("database") from context.original_exception
    if isinstance(context.sqlalchemy_exception, IntegrityError):
        error = broken_constraint(context.sqlalchemy_exception)
        if error is not None:
            raise error from context.original_exception


def _is_out_of_reach(context: ExceptionContext) -> bool:
    """Tell a database that is away, busy or locked from a statement that it can never carry out.

    asyncmy counts an unknown column, and sqlite3 any bad statement, among the operational errors.
    """
    error = context.sqlalchemy_exception
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    if context.dialect.name == "sqlite":
        return getattr(error.orig, "sqlite_errorcode", None) != SQLITE_BAD_STATEMENT
    return error.orig is not None and error.orig.args[:1] != (MYSQL_UNKNOWN_COLUMN,)


@contextmanager
def waiting_for_a_connection() -> Iterator[None]:
    """Translate the pool's own refusal: all connections are taken, and stay so."""
    try:
        yield
    except TimeoutError as late:
        raise ServiceUnavailable("database") from late
