"""The log context: which call and which user the work at hand is for, so that every log line can say so."""

from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class LogContext:
    """What is known of the work at hand; more may become known while it goes on.

    `with` gives it to all log lines until its end, also to those of tasks and threads that start meanwhile.
    """

    trace_id: str | None = None
    """Of the HTTP call that the work is for, also when a worker does it later."""
    user_id: str | None = None
    address: str | None = None
    """The client address as it may be logged."""
    _token: Token["LogContext | None"] | None = field(default=None, init=False, repr=False)

    def __enter__(self) -> Self:
        """Begin the work."""
        self._token = _current.set(self)
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        if self._token is not None:
            _current.reset(self._token)


_current: ContextVar[LogContext | None] = ContextVar("log_context", default=None)


def log_context() -> LogContext:
    """Return the context of the work at hand, an empty one where nothing is known."""
    return _current.get() or LogContext()
