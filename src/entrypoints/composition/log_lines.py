"""Log lines: one form for the API, the worker and the commands."""

import logging
import time
from functools import lru_cache
from types import TracebackType
from typing import TypeAlias

from application.log_context import log_context

FORM = "%(asctime)s %(levelname)-7s %(trace_id)s %(user_id)s %(address)s %(name)s: %(message)s"
UNKNOWN = "-"
QUIET = ("alembic", "httpx")
"""Loggers that tell of every step below a warning; httpx would tell addresses that hold tokens, too."""

_ErrorInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def configure_logging() -> None:
    """Write to standard error, in place of what a library has set up."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLineFormatter(FORM))
    handler.addFilter(add_log_context)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("taskiq.receiver.receiver").addFilter(is_of_use)


def add_log_context(record: logging.LogRecord) -> bool:
    """Add to a record which call and which user it is about."""
    context = log_context()
    record.trace_id = context.trace_id or UNKNOWN
    record.user_id = context.user_id or UNKNOWN
    record.address = context.address or UNKNOWN
    return True


def is_of_use(record: logging.LogRecord) -> bool:
    """Tell whether a record of TaskIQ is of use: the id that it gives each announcement is the id of nothing else."""
    return not record.msg.startswith("Executing task")


class OneLineFormatter(logging.Formatter):
    """Keeps each record on one line, so that no value can forge another one; the lines of a traceback are indented."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the time, most of which is the same for all records of a second."""
        return f"{_second(int(record.created))},{int(record.msecs):03}"

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line, with everything escaped that does not print."""
        return _printable(super().formatMessage(record))

    def formatException(self, ei: _ErrorInfo) -> str:
        """Return the traceback, whose last lines may hold anything."""
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        """Return the stack."""
        return _indented(super().formatStack(stack_info))


@lru_cache(2)
def _second(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def _indented(text: str) -> str:
    return "\n".join(f"    {_printable(line)}" for line in text.split("\n"))


def _printable(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)
