"""The data folder: what is in it is for the user alone who runs the service."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url

from entrypoints.composition.credentials import FOLDER as CREDENTIALS
from entrypoints.composition.secret import SECRET_FILE, secret_of
from entrypoints.composition.settings import Settings, SettingsError
from entrypoints.composition.sign_of_life import ALIVE

OUTBOX = "outbox"
"""The folder of mails, below the data folder."""
OWN_FILES, OWN_FOLDERS = 0o600, 0o700


def prepare_data_folder(settings: Settings) -> None:
    """Make the data folder and its secret; no other user of this machine may read or write them, or what was there.

    Whatever this process and its children make afterwards is closed to other users, too. Raises `SettingsError`.
    """
    os.umask(0o777 & ~OWN_FOLDERS)
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        if settings.data.stat().st_mode & stat.S_ISVTX:
            raise SettingsError(f"All users share {settings.data}. Name a folder of its own in V2F_DATA.")
        for path in _own_paths(settings):
            _close_to_others(path)
        secret_of(settings)
    except OSError as error:
        raise SettingsError(
            f"The data folder {settings.data} cannot be used: {error.strerror}: {error.filename}. "
            "Name another one in V2F_DATA."
        ) from error


def _own_paths(settings: Settings) -> Iterator[Path]:
    """Yield what the service makes, but nothing else: an operator may keep other files in the same folder."""
    yield settings.data
    yield settings.data / SECRET_FILE
    if settings.database.is_embedded and (database := make_url(settings.database.url).database):
        yield from (Path(database + ending) for ending in ("", "-wal", "-shm", "-journal"))
    for folder in (settings.data / name for name in ("blobs", "scratch", CREDENTIALS, OUTBOX, ALIVE)):
        yield folder
        for root, folders, files in os.walk(folder):
            yield from (Path(root, name) for name in (*folders, *files))


def _close_to_others(path: Path) -> None:
    with suppress(FileNotFoundError):  # nothing is there yet, or another process has removed it
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and mode & 0o777 & ~(allowed := _allowed(mode)):
            path.chmod(mode & allowed)


def _allowed(mode: int) -> int:
    return OWN_FOLDERS if stat.S_ISDIR(mode) else OWN_FILES
