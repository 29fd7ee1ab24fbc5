"""Make both faces side by side, label their files and store them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from pathlib import Path
from typing import TypeVar

from application.generation.progress import Progress
from application.ports.blobs import BlobStorage
from application.ports.faces import FaceFiles, FaceMaker, FaceOrder, Stage
from application.ports.labels import FaceLabels
from application.ports.workspaces import Workspaces
from domain.blob_keys import marked_key
from domain.faces import Faces, StoredFace
from domain.feedback import FaceKind
from domain.media import media_type_of

VIDEO_ENDING = ".mp4"
LOOP_ENDING = "-loop.webp"
"""Not the key of a portrait, which may be a WebP, too."""

ReserveRoom = Callable[[int], Awaitable[None]]
"""A function that reserves room for a number of bytes, or raises."""

T = TypeVar("T")


class MakeFaces:
    """Makes the faces of an order, labels and reserves room for their files, and stores these under a prefix.

    When one face fails, the other one is cancelled: a result has both faces or none. No file is stored without its
    label. Raises `FaceFailed`, `ServiceUnavailable`, and what `reserve` raises; then nothing was stored.
    """

    def __init__(
        self,
        voice_faces: FaceMaker,
        condition_faces: FaceMaker,
        labels: FaceLabels,
        blobs: BlobStorage,
        workspaces: Workspaces,
    ) -> None:
        self._makers = {FaceKind.VOICE: voice_faces, FaceKind.CONDITION: condition_faces}
        self._labels = labels
        self._blobs = blobs
        self._workspaces = workspaces

    async def __call__(
        self, order: FaceOrder, prefix: str, progress: Progress, reserve: ReserveRoom
    ) -> Faces:
        self._labels.require_ready()
        with self._workspaces.folder() as workspace:
            files = await _side_by_side(
                {kind: self._make(kind, order, workspace, progress) for kind in FaceKind}
            )
            await self._label(files.values())
            await reserve(sum(map(_size_of, files.values())))
            stored = await _side_by_side(
                {kind: self._store(kind, files[kind], prefix, progress) for kind in FaceKind}
            )
        voice_files, condition_files = files[FaceKind.VOICE], files[FaceKind.CONDITION]
        return Faces(
            voice=stored[FaceKind.VOICE],
            condition=stored[FaceKind.CONDITION],
            note=voice_files.note or condition_files.note,
            acoustics=voice_files.acoustics,
            influences=voice_files.influences,
            usual=voice_files.usual,
        )

    async def _make(self, kind: FaceKind, order: FaceOrder, workspace: Path, progress: Progress) -> FaceFiles:
        own_workspace = workspace / kind
        own_workspace.mkdir()
        return await self._makers[kind].make(order, own_workspace, progress.reporter(kind))

    async def _label(self, faces: Collection[FaceFiles]) -> None:
        """Label the files of one face after the other: it is quick, and needs no progress of its own."""
        for files in faces:
            await self._labels.label(files)

    async def _store(self, kind: FaceKind, files: FaceFiles, prefix: str, progress: Progress) -> StoredFace:
        report = progress.reporter(kind)
        report(Stage.SAVING, 0.0)
        stem = f"{prefix}{kind}"
        portrait = await self._put(files.portrait, stem + files.portrait.suffix)
        video = await self._put(files.video, stem + VIDEO_ENDING) if files.video else None
        loop = await self._put(files.loop, stem + LOOP_ENDING) if files.loop else None
        if files.marked_portrait:
            await self._put(files.marked_portrait, marked_key(portrait))
        if files.marked_video and video:
            await self._put(files.marked_video, marked_key(video))
        report(Stage.SAVING, 1.0)
        return StoredFace(portrait=portrait, video=video, loop=loop)

    async def _put(self, file: Path, key: str) -> str:
        """Store a file under a key, whose ending tells its type; return the key."""
        await self._blobs.put(key, file, media_type_of(key))
        return key


async def _side_by_side(work: Mapping[FaceKind, Coroutine[None, None, T]]) -> dict[FaceKind, T]:
    """Return what the work for each face returns; when one part fails, the other is cancelled."""
    tasks = {kind: asyncio.create_task(part) for kind, part in work.items()}
    try:
        await asyncio.gather(*tasks.values())
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.wait(tasks.values())
    return {kind: task.result() for kind, task in tasks.items()}


def _size_of(files: FaceFiles) -> int:
    return sum(path.stat().st_size for path in files.paths)
