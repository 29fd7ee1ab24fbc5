"""The studio as a maker of faces: a process of its own a face, watched and bounded."""

import asyncio
import os
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_process

from adapters.faces.studio.engine import SIZE, Studio
from adapters.faces.studio.film.filming import FilmBroke
from adapters.faces.studio.progress import ProgressReader, ProgressWriter
from application.ports.audio import Listener
from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, ProgressReport
from domain.errors import VoiceRefused
from domain.feedback import FaceKind

TIME_LIMIT = 120.0
POLL_SECONDS = 0.25
VOICE_FILE, PROGRESS_FILE = "voice", "progress"
BROKE_OFF = (anyio.BrokenWorkerProcess, ProcessLookupError, FilmBroke)
"""What ends the work early; anyio raises the second for a child that has ended before it could start."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A voice that was refused, as it travels between processes."""

    message: str


class StudioFaces:
    """Makes one kind of face, the voice face or the condition face, in a child process."""

    def __init__(
        self,
        kind: FaceKind,
        blobs: BlobStorage,
        listen: Listener,
        limiter: anyio.CapacityLimiter,
        time_limit: float = TIME_LIMIT,
        size: int = SIZE,
        processes: int | None = None,
    ) -> None:
        """`listen` must be a function that can be pickled.

        `time_limit` counts seconds of work, not of waiting for the limiter; `size` is in pixels; `processes` draw a
        video, one a usable core unless told otherwise.
        """
        self._kind = kind
        self._blobs = blobs
        self._studio = Studio(listen, size=size, processes=processes)
        self._turns = limiter
        self._processes = anyio.CapacityLimiter(limiter.total_tokens)
        self._time_limit = time_limit

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Leave `portrait.png` and `talking.mp4` in the workspace."""
        voice = workspace / VOICE_FILE
        try:
            await self._blobs.fetch(order.voice_key, voice)
        except BlobNotFound as missing:
            raise FaceFailed("The recording is no longer there. Send it again.", retryable=False) from missing
        progress = workspace / PROGRESS_FILE
        async with self._turns:
            made = await self._watched(self._in_child(voice, order, workspace, progress), progress, report)
        if isinstance(made, _Refused):
            raise FaceFailed(made.message, retryable=False)
        return made

    async def _in_child(
        self, voice: Path, order: FaceOrder, workspace: Path, progress: Path
    ) -> FaceFiles | _Refused:
        # anyio loses sight of a child that is cancelled while it starts; one that has started it can end.
        await asyncio.shield(anyio.to_process.run_sync(os.getpid, limiter=self._processes))
        return await anyio.to_process.run_sync(
            make_in_child,
            self._kind,
            self._studio,
            voice,
            order,
            workspace,
            progress,
            cancellable=True,
            limiter=self._processes,
        )

    async def _watched(
        self, work: Awaitable[FaceFiles | _Refused], progress: Path, report: ProgressReport
    ) -> FaceFiles | _Refused:
        """Wait for the work, passing its progress on; leaving early kills its process."""
        following = asyncio.create_task(_pass_on(progress, report))
        try:
            with anyio.fail_after(self._time_limit):
                made = await work
        except TimeoutError as late:
            raise FaceFailed("Drawing the face took too long. Please try again.", retryable=True) from late
        except BROKE_OFF as broken:
            raise FaceFailed("Drawing the face broke off. Please try again.", retryable=True) from broken
        finally:
            following.cancel()
        for stage, fraction in ProgressReader(progress):
            report(stage, fraction)
        return made


async def _pass_on(progress: Path, report: ProgressReport) -> None:
    reader = ProgressReader(progress)
    while True:
        for stage, fraction in reader:
            report(stage, fraction)
        await anyio.sleep(POLL_SECONDS)


def make_in_child(
    kind: FaceKind, studio: Studio, voice: Path, order: FaceOrder, workspace: Path, progress: Path
) -> FaceFiles | _Refused:
    """Do the work; runs in the child process."""
    make = studio.voice_face if kind is FaceKind.VOICE else studio.condition_face
    try:
        return make(voice, order.person, workspace, ProgressWriter(progress), order.wishes)
    except VoiceRefused as refused:
        return _Refused(str(refused))
