"""How the process that draws a face reports its progress to its parent, and ends when the parent has ended."""

import os
from collections.abc import Iterator
from pathlib import Path

from application.ports.faces import Stage


class ParentGone(SystemExit):
    """The parent process has ended, so that the result is no longer needed."""


class ParentWatch:
    """Notices the end of the parent process: its child then gets another parent."""

    def __init__(self) -> None:
        self._parent = os.getppid()

    def check(self) -> None:
        """Return while the parent runs; raise `ParentGone`, which ends the process, when it has ended."""
        if os.getppid() != self._parent:
            raise ParentGone(1)


class ProgressWriter:
    """Appends reports to a file; can be called as a `ProgressReport`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._watch = ParentWatch()

    def __call__(self, stage: Stage, fraction: float) -> None:
        """Append a report; raises `ParentGone`."""
        self._watch.check()
        with self._path.open("a", encoding="ascii") as file:
            file.write(f"{stage} {fraction:.4f}\n")


class ProgressReader:
    """Iterates over the reports that a `ProgressWriter` has appended since the last iteration."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def __iter__(self) -> Iterator[tuple[Stage, float]]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            added = file.read()
        complete = added[: added.rfind(b"\n") + 1]
        self._offset += len(complete)
        for line in complete.decode("ascii").splitlines():
            stage, fraction = line.split()
            yield Stage(stage), float(fraction)
