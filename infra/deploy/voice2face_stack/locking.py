"""One command at a time: two that change containers at once would undo each other's work."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice2face_stack.settings import StackError


@contextmanager
def the_only_command(folder: Path, seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a stack; raises `StackError` where another command has it for so long.

    The lock ends with the process, too.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + seconds
    try:
        while not _locked(descriptor):
            if time.monotonic() >= deadline:
                raise StackError(
                    f"Another command works on the stack of {folder}: wait until it has ended, and run this one again."
                )
            time.sleep(1)
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Lock a file, unless another process has."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
