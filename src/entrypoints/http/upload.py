"""An uploaded recording on its way through the disk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any

import anyio.to_thread
from litestar import Request

from application.ports.workspaces import Workspaces
from domain.errors import InvalidValue
from entrypoints.http.body import read_upload
from entrypoints.http.multipart import FILE_FIELD
from entrypoints.http.refusals import TooLarge
from entrypoints.http.schemas.requests import SubmitRequest

LARGEST_FILE_MEGABYTES = 25
LARGEST_FILE = LARGEST_FILE_MEGABYTES * 1024 * 1024
LARGEST_BODY = LARGEST_FILE + 1024 * 1024
BUFFER = 256 * 1024


class FileTooLarge(TooLarge):
    """The recording is larger than a file may be."""

    sentence = f"The file is larger than {LARGEST_FILE_MEGABYTES} MB: record less."


@asynccontextmanager
async def received(
    request: Request[Any, Any, Any], workspaces: Workspaces
) -> AsyncIterator[tuple[SubmitRequest, Path]]:
    """Receive a submission: its fields, and its recording in a file of our own name that is gone afterwards.

    Raises `RequestRefused` and `InvalidValue`.
    """
    with workspaces.file() as file:
        upload = _Upload(file)
        body = await read_upload(request, SubmitRequest, upload, LARGEST_BODY)
        await upload.flush()
        if not upload.size:
            raise InvalidValue(FILE_FIELD, "The file is empty: record again.")
        yield body, Path(file.name)


class _Upload:
    """Writes to disk in pieces worth a thread's while, never more than a file may hold."""

    def __init__(self, file: IO[bytes]) -> None:
        self.size = 0
        self._file = file
        self._pending = bytearray()

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises `RequestRefused` beyond the largest size."""
        self.size += len(chunk)
        if self.size > LARGEST_FILE:
            raise FileTooLarge
        self._pending += chunk
        if len(self._pending) >= BUFFER:
            await self.flush()

    async def flush(self) -> None:
        """Write what waits."""
        pending, self._pending = self._pending, bytearray()
        await anyio.to_thread.run_sync(self._write, pending)

    def _write(self, content: bytearray) -> None:
        self._file.write(content)
        self._file.flush()
