"""Makes faces with marked copies, by another face maker."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import anyio

from adapters.marks.pictures import CannotMark, mark_picture
from adapters.marks.videos import mark_video
from application.errors import ServiceUnavailable
from application.ports.faces import FaceFailed, FaceFiles, FaceMaker, FaceOrder, Origin, ProgressReport
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
"""Enough for pictures of 4096 pixels a side, the largest that a model server may send. A frame of so many pixels takes
0.26 s of an idle core, one of 512 a side 3 to 4 ms; so the time allows for some 450 of the one, 30,000 of the other."""
NOT_MARKED = "Your face could not be marked as AI-generated. Please inform the operator of this service."

_Mark = Callable[[Path, Path, Sequence[Language]], None]

log = logging.getLogger(__name__)


class MarkedFaces:
    """Implements `FaceMaker` by another one, whose portrait and video it copies with the visible mark.

    Each file is marked in a process with hardly any rights, since some come from a model server. Without languages
    there is no mark, and there are no copies; neither are there of faces of an unknown origin.
    """

    def __init__(
        self,
        maker: FaceMaker,
        languages: Sequence[Language],
        processes: Processes,
        limiter: anyio.CapacityLimiter,
        marking: anyio.CapacityLimiter,
    ) -> None:
        """`limiter` limits how many processes draw or mark at once, `marking` how many of these mark."""
        self._maker = maker
        self._languages = tuple(languages)
        self._processes = processes
        self._limiter = limiter
        self._marking = marking

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Have the face made, and mark copies of its files; also raises `ServiceUnavailable` when a disk fails."""
        files = await self._maker.make(order, workspace, report)
        # What the operator has given may be a photograph, so the mark might say what is not true.
        if not self._languages or files.origin is Origin.UNKNOWN:
            return files
        return replace(
            files,
            marked_portrait=await self._mark(mark_picture, files.portrait),
            marked_video=await self._mark(mark_video, files.video) if files.video else None,
        )

    async def _mark(self, mark: _Mark, source: Path) -> Path:
        target = source.with_stem(f"{source.stem}-marked")
        try:
            target.touch()  # so that the process may write this file, and no other one in the folder
            async with self._marking, self._limiter:
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
