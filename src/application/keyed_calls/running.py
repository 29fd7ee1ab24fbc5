"""The call with an idempotency key that the work at hand is for."""

from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Self

from application.ports.keyed_calls import KeyedCallRepository
from application.ports.unit_of_work import NOTHING
from domain.errors import KeyRunning
from domain.keyed_call import KeptAnswer, KeyedCall


@dataclass(slots=True)
class RunningCall:
    """A call that may have a key; `with` makes it the call that the work at hand is for."""

    answer_to: Callable[[object], KeptAnswer]
    """Returns how the call is answered, from what its use case returns."""
    begun: KeyedCall | None = None
    """Set when the call begins; None for a call that nothing is kept of."""
    is_kept: bool = False
    """Whether its answer was written in the transaction of its effect."""
    _token: Token["RunningCall | None"] | None = field(default=None, init=False, repr=False)

    def __enter__(self) -> Self:
        """Begin the work."""
        self._token = _current.set(self)
        return self

    def __exit__(self, *_error: object) -> None:
        """End it."""
        if self._token is not None:
            _current.reset(self._token)


_current: ContextVar[RunningCall | None] = ContextVar("running_call", default=None)


async def keep_answer(calls: KeyedCallRepository, returned: object) -> None:
    """Write the answer of the running call, if it has a key, beside its effect; every unit of work commits with this.

    So there is no moment at which a process that is killed leaves the effect without the answer. Raises `KeyRunning` if
    another attempt has begun: then this one must have no effect.
    """
    running = _current.get()
    if running is None or running.begun is None or returned is NOTHING:
        return
    if not await calls.keep(running.begun, running.answer_to(returned)):
        raise KeyRunning
    running.is_kept = True
