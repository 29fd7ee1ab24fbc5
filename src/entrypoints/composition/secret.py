"""The secret that signs tokens and links: from the settings, or made at the first start and kept in the data folder."""

import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from entrypoints.composition.guessable import is_guessable
from entrypoints.composition.settings import Settings, SettingsError

SECRET_FILE = "secret"  # noqa: S105 - the name of a file


def secret_of(settings: Settings) -> str:
    """Return the secret; the first of all processes with this data folder makes it, where the settings have none.

    Raises `SettingsError` for a file that holds no good secret, and `OSError`.
    """
    if settings.security.secret:
        return settings.security.secret
    path = settings.data / SECRET_FILE
    if not os.path.lexists(path):
        _make(path)
    secret = _read(path)
    if is_guessable(secret):
        raise SettingsError(
            f"The secret in {path} can be guessed. Remove the file: the next start makes another one."
        )
    return secret


def _read(path: Path) -> str:
    """Return what our own file holds; another user who could write to the folder before may have put one there."""
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
        raise SettingsError(
            f"{path} is not a file of the user who runs the service. Remove it: the next start makes one."
        )
    return path.read_text("ascii", "replace").strip()


def _make(path: Path) -> None:
    """Write a new secret, unless another process does so first; no process ever finds half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=f".{path.name}-"
    ) as file:  # for its owner alone
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(file.name, path)
