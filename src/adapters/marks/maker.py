"""Makes faces with marked copies, by another face maker."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import anyio

from adapters.marks.pictures import CannotMark, mark_picture
from adapters.marks.videos import mark_video
from application.errors import ServiceUnavailable
from application.ports.faces import FaceFailed, FaceFiles, FaceMaker, FaceOrder, ProgressReport
from application.ports.processes import CostsTooMuch, ProcessDied, Processes
from domain.user import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What marking one file may take."""

    seconds: float
    memory: int
    """Bytes."""
    largest_file: int
    """Bytes of the marked copy."""


MARKING = Limits(seconds=120.0, memory=1024 * 1024 * 1024, largest_file=128 * 1024 * 1024)
"""For the largest videos that a model server may send: 100 MB, and pictures of 4096 pixels a side."""
NOT_MARKED = "Your face could not be marked as AI-generated. Please inform the operator of this service."

_Mark = Callable[[Path, Path, Sequence[Language]], None]

log = logging.getLogger(__name__)


class MarkedFaces:
    """Implements `FaceMaker` by another one, whose portrait and video it copies with the visible mark.

    Each file is marked in a process with hardly any rights, since some come from a model server. Without languages
    there is no mark, and there are no copies.
    """

    def __init__(
        self,
        maker: FaceMaker,
        languages: Sequence[Language],
        processes: Processes,
        limiter: anyio.CapacityLimiter,
    ) -> None:
        """`limiter` limits how many processes draw or mark at once."""
        self._maker = maker
        self._languages = tuple(languages)
        self._processes = processes
        self._limiter = limiter

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Have the face made, and mark copies of its files; also raises `ServiceUnavailable` when a disk fails."""
        files = await self._maker.make(order, workspace, report)
        if not self._languages:
            return files
        return replace(
            files,
            marked_portrait=await self._mark(mark_picture, files.portrait),
            marked_video=await self._mark(mark_video, files.video) if files.video else None,
        )

    async def _mark(self, mark: _Mark, source: Path) -> Path:
        target = source.with_stem(f"{source.stem}-marked")
        target.touch()  # so that the process may write this file, and no other one in the folder
        try:
            async with self._limiter:
                await self._processes.run(
                    mark,
                    source,
                    target,
                    self._languages,
                    answer=type(None),
                    errors=(CannotMark,),
                    reads=(source,),
                    writes=(target,),
                )
        except (CannotMark, CostsTooMuch, ProcessDied) as error:
            log.error("a face cannot be marked as AI-generated, and is not given out without: %.500s", error)
            raise FaceFailed(NOT_MARKED, retryable=not isinstance(error, CannotMark)) from error
        except OSError as error:
            log.error("a face could not be marked: %s", error)
            raise ServiceUnavailable("disk") from error
        return target
