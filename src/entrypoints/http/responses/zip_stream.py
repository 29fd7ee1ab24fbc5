"""A ZIP archive that is sent while it is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import IO, Self, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


class ZipStream:
    """Writes an archive to memory, from where its bytes are taken as they come.

    An archive that is not left normally never gets its end, so a reader sees that it was cut off.
    """

    def __init__(self) -> None:
        self._written = _Written()
        self._archive = ZipFile(cast("IO[bytes]", self._written), "w")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._archive.close()

    @property
    def waiting_bytes(self) -> int:
        """How many bytes can be taken."""
        return len(self._written.content)

    @contextmanager
    def entry(self, path: str, created_at: datetime, *, compressed: bool) -> Iterator[IO[bytes]]:
        """Give a file to write an entry to.

        Every entry is deflated, one that is not to be compressed at level 0: what is plainly stored cannot be read from
        a stream when its size comes behind it, and Java refuses that.
        """
        info = ZipInfo(path, created_at.astimezone(UTC).timetuple()[:6])
        info.compress_type = ZIP_DEFLATED
        if not compressed:
            info._compresslevel = 0  # type: ignore[attr-defined]  # public from Python 3.13 on
        with self._archive.open(info, "w") as file:
            yield file

    def take(self) -> bytes:
        """Return the bytes that were written since the last time."""
        taken = bytes(self._written.content)
        self._written.content.clear()
        return taken

    def end(self) -> bytes:
        """Complete the archive, and return its last bytes."""
        self._archive.close()
        return self.take()


class _Written:
    """A file that cannot be sought in: its bytes may be gone already."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, chunk: bytes) -> int:
        """Keep the chunk until it is taken."""
        self.content += chunk
        return len(chunk)

    def flush(self) -> None:
        """Do nothing: there is nothing behind it."""
