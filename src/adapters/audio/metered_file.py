"""A file with a limit on how much may be read from it."""

import errno
import io
from typing import BinaryIO

_COST_OF_A_READ = 1_000  # bytes, so that many small reads use up the budget, too
_COST_OF_A_SEEK = 100  # a header of a million empty chunks makes FFmpeg ask for the file's size as often


class MeteredFile(io.RawIOBase):
    """A file that ends early: when more bytes were read from it than its budget allows."""

    def __init__(self, file: BinaryIO, *, budget: int) -> None:
        self._file = file
        self._left = budget

    @property
    def is_spent(self) -> bool:
        """Whether the budget is used up."""
        return self._left <= 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; none once the budget is used up."""
        if self.is_spent:
            return b""
        data = self._file.read(size)
        self._left -= len(data) + _COST_OF_A_READ
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position and return it; for an impossible one return a negative error number, as FFmpeg expects."""
        self._left -= _COST_OF_A_SEEK
        try:
            return self._file.seek(offset, whence)
        except OSError:
            return -errno.EINVAL

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()
