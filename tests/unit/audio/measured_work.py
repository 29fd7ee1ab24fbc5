"""A call that says how much memory it took; child processes load it from here."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, TypeVarTuple

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


def measured(peak: Path, function: Callable[[*Arguments], T], arguments: tuple[*Arguments]) -> T:
    """Call a function in a child process, and write how many bytes it took at its peak."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        return function(*arguments)
    finally:
        peak.write_text(str(1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)))
