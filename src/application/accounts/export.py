"""Export an account."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from application.accounts.ended_sessions import EndedSessions
from application.errors import AccountGone
from application.media.marked import leaving_key
from application.ports.account_data import AccountData, AccountRecords
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.security_events import record
from domain.face_request import FaceRequest
from domain.faces import StoredFace
from domain.generation import Generation
from domain.ids import SessionId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAccountCommand:
    """Whose data is exported, and the session in which the user asked for it."""

    user_id: UserId
    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """A recording or a file of a face."""

    key: str
    path: str
    """Where it stands in the export: made from ids, never from what a client sent."""
    created_at: datetime


class AccountExport:
    """All that the service keeps of a user: the rows, and the files to read one by one."""

    def __init__(
        self,
        records: AccountRecords,
        session_id: SessionId,
        exported_at: datetime,
        blobs: BlobStorage,
        ended_sessions: EndedSessions,
    ) -> None:
        self.records = records
        self.exported_at = exported_at
        self.files = tuple(_files_of(records))
        self._session_id = session_id
        self._blobs = blobs
        self._ended_sessions = ended_sessions

    async def require_session(self) -> None:
        """Raise `SessionEnded` once the session has ended, as all do with the account; `ServiceUnavailable` if unknown.

        To be called before each piece that is given out: an export takes long where its client reads slowly.
        """
        await self._ended_sessions.require_open(self._session_id)

    async def read(self, file: ExportedFile) -> AsyncIterator[bytes]:
        """Return the bytes of a file, of a face's those of the copy with the visible mark if there is one.

        They are read as `BlobStorage.read` does, which raises `BlobNotFound` if the file was erased meanwhile.
        """
        return self._blobs.read(await leaving_key(self._blobs, file.key))


class ExportAccount:
    """Gives a user all that is kept of this user; raises `AccountGone`.

    The rows are read at once, so no transaction is open while the files are read.
    """

    def __init__(
        self, data: AccountData, blobs: BlobStorage, ended_sessions: EndedSessions, clock: Clock
    ) -> None:
        self._data = data
        self._blobs = blobs
        self._ended_sessions = ended_sessions
        self._clock = clock

    async def __call__(self, command: ExportAccountCommand) -> AccountExport:
        now = self._clock()
        records = await self._data.of(command.user_id)
        if records is None:
            raise AccountGone
        export = AccountExport(records, command.session_id, now, self._blobs, self._ended_sessions)
        record("export", user=command.user_id, requests=len(records.requests), files=len(export.files))
        return export


def recording_path(request: FaceRequest) -> str | None:
    """Return where the recording of a request stands in an export; None for one that was erased."""
    paths = _recording_paths(request)
    return next(iter(paths.values()), None)


def face_paths(generation: Generation) -> dict[str, str]:
    """Return where the files of a generation's faces stand in an export, by their keys."""
    if generation.faces is None:
        return {}
    folder = f"faces/{generation.request_id}/{generation.id}"
    return {
        **_paths_of(generation.faces.voice, f"{folder}/voice"),
        **_paths_of(generation.faces.condition, f"{folder}/condition"),
    }


def _paths_of(face: StoredFace, stem: str) -> dict[str, str]:
    return {
        key: f"{stem}{'-loop' if key == face.loop else ''}{PurePosixPath(key).suffix}" for key in face.keys
    }


def _recording_paths(request: FaceRequest) -> dict[str, str]:
    return {key: f"recordings/{request.id}{PurePosixPath(key).suffix}" for key in request.voice.keys}


def _files_of(records: AccountRecords) -> Iterator[ExportedFile]:
    for request in records.requests:
        for key, path in _recording_paths(request).items():
            yield ExportedFile(key=key, path=path, created_at=request.created_at)
    for generation in records.generations:
        created_at = generation.finished_at or generation.created_at
        for key, path in face_paths(generation).items():
            yield ExportedFile(key=key, path=path, created_at=created_at)
