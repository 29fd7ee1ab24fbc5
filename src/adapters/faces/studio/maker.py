"""The studio as a face maker: each face is made in a child process, within a time limit."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import anyio
import anyio.to_process

from adapters.faces.studio.engine import Studio, StudioOrder, warm_up
from adapters.faces.studio.film.video import VideoFailed
from adapters.faces.studio.progress import ProgressReader, ProgressWriter
from application.ports.blobs import BlobNotFound, BlobStorage
from application.ports.faces import FaceFailed, FaceFiles, FaceOrder, ProgressReport
from application.ports.processes import CostsTooMuch, ProcessDied
from domain.errors import VoiceRefused
from domain.feedback import FaceKind

TIME_LIMIT = 120.0
"""Seconds."""
POLL_SECONDS = 0.25
RECORDING_FILE, PROGRESS_FILE = "recording", "progress"
CRASHES = (anyio.BrokenWorkerProcess, ProcessLookupError, VideoFailed, ProcessDied, CostsTooMuch)
"""The errors of a process that ended early; anyio raises the second for one that ended before it had started."""

log = logging.getLogger(__name__)

Arguments = TypeVarTuple("Arguments")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Refused:
    """The refusal of a recording, as it is passed between processes."""

    message: str


class StudioFaces:
    """Implements `FaceMaker` for one kind of face, with the studio in a child process."""

    def __init__(
        self,
        kind: FaceKind,
        blobs: BlobStorage,
        studio: Studio,
        limiter: anyio.CapacityLimiter,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        """Make faces of a kind; `studio.listen` must be a function that can be pickled.

        `limiter` limits how many faces are made at once. `time_limit` counts seconds of work, without the time that
        an order waits for the limiter.
        """
        self._kind = kind
        self._blobs = blobs
        self._studio = studio
        self._limiter = limiter
        self._processes = anyio.CapacityLimiter(limiter.total_tokens)
        self._time_limit = time_limit

    async def warm_up(self) -> None:
        """Start as many child processes as draw at once, and load in each what a face needs.

        One that ends early is only logged: the next face starts another.
        """
        async with asyncio.TaskGroup() as children:
            for _ in range(int(self._limiter.total_tokens)):
                children.create_task(self._warm_child())

    async def _warm_child(self) -> None:
        try:
            await self._in_child(warm_up)
        except CRASHES as crash:
            log.warning("a process that should draw ended while it got ready: %r", crash)

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Write `portrait.png`, `talking.mp4` and `loop.webp` into the workspace."""
        recording, progress = workspace / RECORDING_FILE, workspace / PROGRESS_FILE
        try:
            await self._blobs.fetch(order.voice_key, recording)
        except BlobNotFound as missing:
            raise FaceFailed("The recording is no longer there. Send it again.", retryable=False) from missing
        studio_order = StudioOrder(recording, order.person, workspace, order.wishes)
        async with self._limiter:
            work = self._in_child(make_in_child, self._kind, self._studio, studio_order, progress)
            made = await self._watch(work, progress, report)
        if isinstance(made, _Refused):
            raise FaceFailed(made.message, retryable=False)
        return made

    async def _in_child(self, function: Callable[[*Arguments], T], *arguments: *Arguments) -> T:
        # anyio ends a child whose caller is cancelled, but not while the child still starts: so the start is shielded.
        await asyncio.shield(anyio.to_process.run_sync(os.getpid, limiter=self._processes))
        return await anyio.to_process.run_sync(
            function, *arguments, cancellable=True, limiter=self._processes
        )

    async def _watch(
        self, work: Awaitable[FaceFiles | _Refused], progress: Path, report: ProgressReport
    ) -> FaceFiles | _Refused:
        """Wait for the work and pass its progress on; cancelling or the time limit kills its process."""
        passing_on = asyncio.create_task(_pass_on(progress, report))
        try:
            with anyio.fail_after(self._time_limit):
                made = await work
        except TimeoutError as late:
            raise FaceFailed("Drawing the face took too long. Please try again.", retryable=True) from late
        except CRASHES as crash:
            raise FaceFailed(
                "Drawing the face stopped unexpectedly. Please try again.", retryable=True
            ) from crash
        finally:
            passing_on.cancel()
        for stage, fraction in ProgressReader(progress):
            report(stage, fraction)
        return made


async def _pass_on(progress: Path, report: ProgressReport) -> None:
    """Report what the child process writes, until this is cancelled."""
    reader = ProgressReader(progress)
    while True:
        for stage, fraction in reader:
            report(stage, fraction)
        await anyio.sleep(POLL_SECONDS)


def make_in_child(kind: FaceKind, studio: Studio, order: StudioOrder, progress: Path) -> FaceFiles | _Refused:
    """Make a face; runs in the child process."""
    make = studio.voice_face if kind is FaceKind.VOICE else studio.condition_face
    try:
        return make(order, ProgressWriter(progress))
    except VoiceRefused as refused:
        return _Refused(str(refused))
