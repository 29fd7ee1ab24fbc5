"""Files that the first process makes which needs them, and all others read: secrets of this machine."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from entrypoints.composition.settings import SettingsError


def kept_text(path: Path, make: Callable[[], str]) -> str:
    """Return the text of a file; the first of all processes makes it. Raises `SettingsError` and `OSError`."""
    text = read_kept(path)
    if text is None:
        _make(path, make())
        text = read_kept(path)
    if text is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))  # removed at this moment
    return text


def read_kept(path: Path) -> str | None:
    """Return what our own file holds, None where there is none; raises `SettingsError` and `OSError`.

    Another user who could write to the folder before may have put one there.
    """
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise SettingsError(
            f"{path} is not a file of the user who runs this process. Run it as the user of the service; if this is "
            "that user, move the file away: the next start makes another one."
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
