"""The port for work that a stranger's file may make costly or break."""

from collections.abc import Callable
from typing import Protocol, TypeVar, TypeVarTuple

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


class CostsTooMuch(Exception):
    """The work took more time or memory than it may."""


class ProcessDied(Exception):
    """The process ended in the middle of the work."""


class Processes(Protocol):
    """Child processes, each with limits on time and memory."""

    async def run(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
        """Call a function in a child process and return what it returns; function and arguments are pickled.

        Raises `CostsTooMuch`, `ProcessDied`, what the function raises, and `ServiceUnavailable` when the machine cannot
        start another process. Cancelling kills the process.
        """
        ...
