"""Measures how much memory a process uses at most."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass
class Growth:
    """By how much a process has grown at most."""

    bytes: int = 0

    @property
    def megabytes(self) -> float:
        """The growth in megabytes."""
        return self.bytes / MEGABYTE


@contextmanager
def growth(pid: int) -> Iterator[Growth]:
    """Measure by how much a process grows at most; the result is there when the context has ended."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # resets the peak: see proc(5)
    grown, before = Growth(), _peak(pid)
    yield grown
    grown.bytes = _peak(pid) - before


def _peak(pid: int) -> int:
    """Return the largest number of bytes that a process has had in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the system does not show the peak")
