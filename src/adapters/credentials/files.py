"""Files as c2pa reads and writes them: it has words of its own for the errors of a disk, so they are kept."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal


class _KeepingFile(io.FileIO):
    """A file that keeps the error with which it could not be read or written."""

    failure: OSError | None = None

    def readinto(self, buffer: Any, /) -> int | None:
        try:
            return super().readinto(buffer)
        except OSError as error:
            self.failure = error
            raise

    def write(self, piece: Any, /) -> int:
        try:
            return super().write(piece)
        except OSError as error:
            self.failure = error
            raise


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be read; raises at the end the `OSError` with which that failed, whatever was raised meanwhile."""
    with _kept(path, "r") as file, io.BufferedReader(file) as content:
        yield content


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a new file to be written and read, as `reading` does."""
    with _kept(path, "w+") as file, io.BufferedRandom(file) as content:
        yield content


@contextmanager
def _kept(path: Path, mode: Literal["r", "w+"]) -> Iterator[_KeepingFile]:
    file = _KeepingFile(path, mode)
    try:
        yield file
    finally:
        file.close()
        if file.failure:
            raise file.failure
