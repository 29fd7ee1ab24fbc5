"""The port for work that a stranger's file may make costly or break, or may try to take over."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, TypeVarTuple

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


class CostsTooMuch(Exception):
    """The work took more time or memory than it may."""


class ProcessDied(Exception):
    """The process ended in the middle of the work, or its answer is none that this work can have."""


class Processes(Protocol):
    """Child processes, one for each piece of work, with limits on time and memory and hardly any rights."""

    async def run(
        self,
        function: Callable[[*Arguments], T],
        *arguments: *Arguments,
        answer: type[T],
        errors: tuple[type[Exception], ...] = (),
        reads: tuple[Path, ...] = (),
        writes: tuple[Path, ...] = (),
    ) -> T:
        """Call a function in a child process and return what it returns, if that is an `answer`.

        Where the system can, the process is confined to the files that it `reads` and `writes`: it can open no others,
        and no socket, start no process and reach none. Its answer is data and is compared with the type; still, what it
        says may come from a file that has taken it over. Function and arguments are pickled on their way to it.

        Raises `CostsTooMuch`, `ProcessDied`, those of `errors` and `OSError` that the function raises, and
        `ServiceUnavailable` when the machine cannot start another process. Cancelling kills the process.
        """
        ...
