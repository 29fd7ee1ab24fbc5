"""The port for temporary files."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Protocol


class Workspaces(Protocol):
    """Temporary folders and files of one process, which no other process uses.

    Making one raises `ServiceUnavailable` when the disk is full or broken.
    """

    def folder(self) -> AbstractContextManager[Path]:
        """Give an empty folder that is removed when the context ends."""
        ...

    def file(self) -> AbstractContextManager[IO[bytes]]:
        """Give an empty file with a name, open for writing, that is removed when the context ends."""
        ...

    async def remove_abandoned(self) -> None:
        """Remove what processes left that were killed: it may contain recordings."""
        ...
