"""Where a process keeps what it works on: recordings as they arrive, faces in the making."""

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

log = logging.getLogger(__name__)


class Scratch:
    """Folders and files that are gone when they have served; a killed process's go as soon as another looks.

    Each process works in a room of its own below the root. A lock says that its owner lives: the system takes it
    back whatever way a process ends, where a process number could have gone to somebody else.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock: IO[str] | None = None
        self._room = root / uuid4().hex

    def open(self) -> None:
        """Make this process's room; called by whoever needs it first, too."""
        if self._lock is None:
            with self._alone():
                self._lock = _lock_of(self._room).open("w")
                fcntl.flock(self._lock, fcntl.LOCK_EX)
                self._room.mkdir()

    def close(self) -> None:
        """Remove the room with whatever is in it."""
        if self._lock is not None:
            _remove(self._room)
            self._lock.close()
            self._lock = None

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give an empty folder.

        What a process that was just killed still writes there stays until the room goes; it must not turn a job that
        is cancelled into one that failed.
        """
        self.open()
        with tempfile.TemporaryDirectory(dir=self._room, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    @contextmanager
    def file(self) -> Iterator[IO[bytes]]:
        """Give an empty file that has a name."""
        self.open()
        with tempfile.NamedTemporaryFile(dir=self._room) as file:
            yield file

    async def remove_abandoned(self) -> None:
        """Remove the rooms of processes that are gone: people's recordings may lie there."""
        await asyncio.to_thread(self._remove_abandoned)

    def _remove_abandoned(self) -> None:
        with self._alone():
            for lock in self.root.glob("*.lock"):
                if _is_abandoned(lock):
                    room = lock.with_suffix("")
                    log.info("removing what a process that is gone has left in %s", room)
                    _remove(room)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from looking at rooms while one is being made."""
        self.root.mkdir(parents=True, exist_ok=True)
        door = os.open(self.root, os.O_RDONLY)
        try:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield
        finally:
            os.close(door)


def _lock_of(room: Path) -> Path:
    return room.with_suffix(".lock")


def _is_abandoned(lock: Path) -> bool:
    try:
        with lock.open() as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


def _remove(room: Path) -> None:
    """The lock goes last: a removal that breaks off is gone on with."""
    if room.exists():
        shutil.rmtree(room)
    _lock_of(room).unlink(missing_ok=True)
