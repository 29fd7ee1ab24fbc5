"""Make both faces side by side and store them."""

import asyncio
from pathlib import Path

from application.generation.progress import Progress
from application.ports.blobs import BlobStorage
from application.ports.faces import FaceFiles, FaceMaker, FaceOrder, Stage
from application.ports.workspaces import Workspaces
from domain.faces import Faces, StoredFace
from domain.feedback import FaceKind
from domain.media import media_type_of

VIDEO_ENDING = ".mp4"
LOOP_ENDING = "-loop.webp"
"""Not the key of a portrait, which may be a WebP, too."""


class MakeFaces:
    """Makes and stores the faces of an order under a prefix; raises `FaceFailed`, `ServiceUnavailable`.

    When one face fails, the other one is cancelled: a result has both faces or none.
    """

    def __init__(
        self, voice_faces: FaceMaker, condition_faces: FaceMaker, blobs: BlobStorage, workspaces: Workspaces
    ) -> None:
        self._makers = {FaceKind.VOICE: voice_faces, FaceKind.CONDITION: condition_faces}
        self._blobs = blobs
        self._workspaces = workspaces

    async def __call__(self, order: FaceOrder, prefix: str, progress: Progress) -> Faces:
        with self._workspaces.folder() as workspace:
            tasks = {
                kind: asyncio.create_task(self._make(kind, order, workspace, prefix, progress))
                for kind in FaceKind
            }
            try:
                await asyncio.gather(*tasks.values())
            finally:
                for task in tasks.values():
                    task.cancel()
                await asyncio.wait(tasks.values())
        voice, files = tasks[FaceKind.VOICE].result()
        condition, condition_files = tasks[FaceKind.CONDITION].result()
        return Faces(
            voice=voice,
            condition=condition,
            note=files.note or condition_files.note,
            acoustics=files.acoustics,
            influences=files.influences,
        )

    async def _make(
        self, kind: FaceKind, order: FaceOrder, workspace: Path, prefix: str, progress: Progress
    ) -> tuple[StoredFace, FaceFiles]:
        report = progress.reporter(kind)
        own_workspace = workspace / kind
        own_workspace.mkdir()
        files = await self._makers[kind].make(order, own_workspace, report)
        report(Stage.SAVING, 0.0)
        stem = f"{prefix}{kind}"
        portrait = await self._store(files.portrait, stem + files.portrait.suffix)
        video = await self._store(files.video, stem + VIDEO_ENDING) if files.video else None
        loop = await self._store(files.loop, stem + LOOP_ENDING) if files.loop else None
        report(Stage.SAVING, 1.0)
        return StoredFace(portrait=portrait, video=video, loop=loop), files

    async def _store(self, file: Path, key: str) -> str:
        """Store a file under a key, whose ending tells its type; return the key."""
        await self._blobs.put(key, file, media_type_of(key))
        return key
