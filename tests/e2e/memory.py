"""How much memory a process takes at most."""

from collections.abc import Callable
from pathlib import Path

MEGABYTE = 1024 * 1024


def growth(pid: int, work: Callable[[], object]) -> int:
    """Return by how many bytes a process grows at most while something is done to it."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # starts measuring the peak anew: proc(5)
    before = peak(pid)
    work()
    return peak(pid) - before


def peak(pid: int) -> int:
    """Return the most bytes that a process has held in memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no peak is told")
