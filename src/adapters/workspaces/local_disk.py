"""Temporary folders and files on the local disk: incoming uploads, and faces that are being made."""

import asyncio
import fcntl
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from uuid import uuid4

from application.errors import ServiceUnavailable

log = logging.getLogger(__name__)


class LocalDiskWorkspaces:
    """Implements `Workspaces` below one root folder, which several processes may share.

    Each process has its own folder below the root, and a lock file beside it that it holds while it runs. The system
    releases the lock however the process ends, so the folder of a free lock is abandoned. A process id would not show
    that: the system may have given it to another process.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock: IO[str] | None = None
        self._process_folder = root / uuid4().hex

    def open(self) -> None:
        """Create this process's folder; the first workspace does so, too."""
        if self._lock is None:
            with self._exclusive():
                self._lock = _lock_of(self._process_folder).open("w")
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                self._process_folder.mkdir()

    def close(self) -> None:
        """Remove this process's folder with its content."""
        if self._lock is not None:
            _remove(self._process_folder)
            self._lock.close()
            self._lock = None

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give an empty folder.

        A child process that was just killed may still write there. What it writes stays until `close` and is not an
        error, because it must not turn a cancelled job into a failed one.
        """
        with _translated():
            self.open()
            workspace = tempfile.TemporaryDirectory(dir=self._process_folder, ignore_cleanup_errors=True)
        with workspace as folder:
            yield Path(folder)

    @contextmanager
    def file(self) -> Iterator[IO[bytes]]:
        """Give an empty file."""
        with _translated():
            self.open()
            file = tempfile.NamedTemporaryFile(dir=self._process_folder)  # noqa: SIM115 - closed below
        try:
            yield file
        finally:
            with _translated():  # what is left of a failed write is written once more
                file.close()

    async def remove_abandoned(self) -> None:
        """Remove the folders of processes that have ended."""
        await asyncio.to_thread(self._remove_abandoned)

    def _remove_abandoned(self) -> None:
        with self._exclusive():
            for lock in self.root.glob("*.lock"):
                if _is_free(lock):
                    folder = lock.with_suffix("")
                    log.info("removing the workspaces of a process that has ended: %s", folder)
                    _remove(folder)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Hold the lock of the root: no process looks for abandoned folders while another one creates its folder."""
        self.root.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


@contextmanager
def _translated() -> Iterator[None]:
    """Translate the errors of a disk that is full or broken."""
    try:
        yield
    except OSError as error:
        log.warning("no workspace can be made or written: %s", error)
        raise ServiceUnavailable("disk") from error


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _is_free(lock: Path) -> bool:
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def _remove(folder: Path) -> None:
    """Remove a folder and then its lock, so that a removal that was interrupted is completed later."""
    if folder.exists():
        shutil.rmtree(folder)
    _lock_of(folder).unlink(missing_ok=True)
