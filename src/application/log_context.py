"""The log context: which call and which user the work at hand is for, so that every log line can say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class LogContext:
    """What is known of the work at hand; more may become known while it goes on."""

    trace_id: str | None = None
    """Of the HTTP call that the work is for, also when a worker does it later."""
    user_id: str | None = None
    address: str | None = None
    """The client address as it may be logged."""


_current: ContextVar[LogContext | None] = ContextVar("log_context", default=None)


def log_context() -> LogContext:
    """Return the context of the work at hand, an empty one where nothing is known."""
    return _current.get() or LogContext()


@contextmanager
def logged_as(context: LogContext) -> Iterator[None]:
    """Give a context to all log lines until this ends, also to those of tasks and threads that start meanwhile."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
