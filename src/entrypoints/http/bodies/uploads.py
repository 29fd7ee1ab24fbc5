"""Uploaded recordings."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

import anyio.to_thread
from litestar.handlers import BaseRouteHandler

from application.errors import ServiceUnavailable
from application.ports.workspaces import Workspaces
from application.requests.admit_user import AdmitUser
from domain.errors import ConsentWithdrawn, InvalidValue, QuotaExceeded
from domain.ids import UserId
from entrypoints.http.bodies.form_request import Fields, FormRequest
from entrypoints.http.bodies.multipart import FILE_FIELD
from entrypoints.http.bodies.upload_places import UploadPlaces
from entrypoints.http.keyed_calls.call import KeyedRequest
from entrypoints.http.request_errors import TooLarge

LARGEST_FILE_MEGABYTES = 25
LARGEST_FILE = LARGEST_FILE_MEGABYTES * 1024 * 1024
LARGEST_UPLOAD = LARGEST_FILE + 1024 * 1024
"""A whole body: the file with the other fields of its form."""
BUFFER_SIZE = 256 * 1024
"""How many bytes are written at once: each write takes a thread."""

log = logging.getLogger(__name__)


class FileTooLarge(TooLarge):
    """The recording is larger than `LARGEST_FILE`."""

    sentence = f"The file is larger than {LARGEST_FILE_MEGABYTES} MB: record less."


class Uploads:
    """Receives the caller's recordings, as the file `file` of a multipart form, into temporary files.

    A handler that takes a recording asks for `uploads: NamedDependency[Uploads]`.
    """

    def __init__(
        self, user_id: UserId, places: UploadPlaces, admit_user: AdmitUser, workspaces: Workspaces
    ) -> None:
        self._user_id = user_id
        self._places = places
        self._admit_user = admit_user
        self._workspaces = workspaces

    @asynccontextmanager
    async def receive(self, request: FormRequest[Fields]) -> AsyncIterator[tuple[Fields, Path]]:
        """Give the fields, and the recording in a file that is removed when the context ends.

        The file has a name of our own, never the client's. Raises `RequestRefused` and `InvalidValue`; `TooManyUploads`
        and what `AdmitUser` raises before it reads the body; `ServiceUnavailable` when the disk is full; and as
        `KeyedRequest.begin` does.
        """
        with self._places.place(self._user_id):
            keyed = KeyedRequest.of(request)
            await self._admit(keyed)
            with self._workspaces.file() as file:
                writer = _FileWriter(file, hashed=keyed is not None)
                fields = await request.read_with_file(writer, LARGEST_UPLOAD)
                await writer.flush()
                if not writer.size:
                    raise InvalidValue(FILE_FIELD, "The file is empty: record again.")
                if keyed:
                    await keyed.begin(fields, writer.digest)
                yield fields, Path(file.name)

    async def _admit(self, keyed: KeyedRequest | None) -> None:
        """Raise what `AdmitUser` raises, unless the call was begun before.

        It may have filled the quota itself, or consent may have been withdrawn since it was done.
        """
        try:
            await self._admit_user(self._user_id)
        except (ConsentWithdrawn, QuotaExceeded):
            if keyed is None or not await keyed.was_begun():
                raise


def takes_file(handler: BaseRouteHandler) -> bool:
    """Tell whether a handler takes a recording beside the fields of its body."""
    return any(
        parameter.annotation is Uploads for parameter in handler.parsed_fn_signature.parameters.values()
    )


class _FileWriter:
    """Implements `FileSink`: writes to disk in large pieces, and no more than `LARGEST_FILE`."""

    def __init__(self, file: IO[bytes], *, hashed: bool) -> None:
        self.size = 0
        self._file = file
        self._hashed = sha256() if hashed else None
        self._pending = bytearray()

    @property
    def digest(self) -> bytes:
        """The digest of what is written, empty where none is wanted."""
        return self._hashed.digest() if self._hashed else b""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises `FileTooLarge` and `ServiceUnavailable`."""
        self.size += len(chunk)
        if self.size > LARGEST_FILE:
            raise FileTooLarge
        self._pending += chunk
        if len(self._pending) >= BUFFER_SIZE:
            await self.flush()

    async def flush(self) -> None:
        """Write what is not written yet."""
        pending, self._pending = self._pending, bytearray()
        try:
            await anyio.to_thread.run_sync(self._write, pending)
        except OSError as error:
            log.warning("an upload could not be written: %s", error)
            raise ServiceUnavailable("disk") from error

    def _write(self, content: bytearray) -> None:
        if self._hashed:
            self._hashed.update(content)
        self._file.write(content)
        self._file.flush()
