"""Files that the first process makes which needs them, and all others read: secrets of this machine."""

import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from entrypoints.composition.settings import SettingsError


def kept_text(path: Path, make: Callable[[], str]) -> str:
    """Return the text of a file; the first of all processes makes it. Raises `SettingsError` and `OSError`."""
    if not os.path.lexists(path):
        _make(path, make())
    return _read(path)


def _read(path: Path) -> str:
    """Return what our own file holds; another user who could write to the folder before may have put one there."""
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise SettingsError(
            f"{path} is not a file of the user who calls this. Call this as the user who runs the service; if that is "
            "what you do, someone else made the file: move it away, and the next start makes another one."
        )
    return path.read_text("ascii", "replace").strip()


def _make(path: Path, text: str) -> None:
    """Write the text, unless another process does so first; no process ever finds half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}-"
    ) as file:  # for its owner alone
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
