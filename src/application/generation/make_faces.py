"""Make both faces side by side and store them."""

import asyncio
from pathlib import Path

from application.generation.progress import Progress
from application.ports.blobs import BlobStorage
from application.ports.faces import FaceFiles, FaceMaker, FaceOrder, Stage
from application.ports.workspaces import Workspaces
from domain.feedback import FaceKind
from domain.generation import Faces, StoredFace

PORTRAIT_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
VIDEO_TYPE = "video/mp4"
LOOP_TYPE = "image/webp"


class MakeFaces:
    """Turns an order into stored faces under a prefix; raises `FaceFailed`, `ServiceUnavailable`.

    When one face fails the other's making is cancelled, for a result shows both or is none.
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
        condition, _ = tasks[FaceKind.CONDITION].result()
        return Faces(
            voice=voice,
            condition=condition,
            note=files.note,
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
        portrait = f"{prefix}{kind}{files.portrait.suffix}"
        await self._blobs.put(portrait, files.portrait, PORTRAIT_TYPES[files.portrait.suffix])
        video = None
        if files.video is not None:
            video = f"{prefix}{kind}.mp4"
            await self._blobs.put(video, files.video, VIDEO_TYPE)
        loop = None
        if files.loop is not None:
            loop = f"{prefix}{kind}{files.loop.suffix}"
            await self._blobs.put(loop, files.loop, LOOP_TYPE)
        report(Stage.SAVING, 1.0)
        return StoredFace(portrait=portrait, video=video, loop=loop), files
