"""How much memory a process takes at most."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass
class Growth:
    """What came of it."""

    bytes: int = 0

    @property
    def megabytes(self) -> float:
        """The same in megabytes."""
        return self.bytes / MEGABYTE


@contextmanager
def growth(pid: int) -> Iterator[Growth]:
    """Tell in the end by how much a process has grown at most meanwhile."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # starts measuring the peak anew: proc(5)
    grown, before = Growth(), _peak(pid)
    yield grown
    grown.bytes = _peak(pid) - before


def _peak(pid: int) -> int:
    """Return the most bytes that a process has held in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no peak is told")
