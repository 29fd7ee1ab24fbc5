"""How a process that renders tells its parent how far it is, and notices that the parent is gone."""

import os
from collections.abc import Iterator
from pathlib import Path

from application.ports.faces import Stage


class ParentGone(SystemExit):
    """The process that asked for the work has died: nobody waits for the result."""


class ParentWatch:
    """Remembers the parent, to notice its death, which leaves a child with another one."""

    def __init__(self) -> None:
        self._parent = os.getppid()

    def check(self) -> None:
        """Return while the parent lives; raises `ParentGone`, which ends the process."""
        if os.getppid() != self._parent:
            raise ParentGone(1)


class ProgressWriter:
    """Appends reports to a file; call it as a `ProgressReport`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._watch = ParentWatch()

    def __call__(self, stage: Stage, fraction: float) -> None:
        """Append a report; raises `ParentGone`."""
        self._watch.check()
        with self._path.open("a", encoding="ascii") as file:
            file.write(f"{stage} {fraction:.4f}\n")


class ProgressReader:
    """Reads what a `ProgressWriter` has appended since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def __iter__(self) -> Iterator[tuple[Stage, float]]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            fresh = file.read()
        complete = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(complete)
        for line in complete.decode("ascii").splitlines():
            stage, fraction = line.split()
            yield Stage(stage), float(fraction)
