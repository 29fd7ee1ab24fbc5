"""What the application needs of whatever makes faces."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from domain.look import NO_WISHES, LookWishes
from domain.voice import Acoustics, Influence, Person


class Stage(StrEnum):
    """What a generation is busy with, in the order in which a person sees it."""

    LISTENING = "listening"
    SHAPING = "shaping"
    DRAWING = "drawing"
    FILMING = "filming"
    SAVING = "saving"


ProgressReport = Callable[[Stage, float], None]
"""Called with a stage and how far it is, 0..1; cheap, never blocks, never raises."""


class FaceFailed(Exception):
    """A face could not be made; the message is for the person who waits for it."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceOrder:
    """What a face is to be made from."""

    request_id: str
    generation_id: str
    person: Person
    voice_key: str
    """Blob key of the recording: the source of the voice face, and the sound of both videos."""
    voice_media_type: str
    wishes: LookWishes = NO_WISHES


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFiles:
    """A face as files in the workspace."""

    portrait: Path
    video: Path | None
    """None when the picture could be made and the video could not; `note` then says why."""
    note: str | None = None
    acoustics: Acoustics | None = None
    """What was measured on the way, where the maker measures."""
    influences: tuple[Influence, ...] = ()
    """Which measure bent which trait, strongest first, where the maker knows."""
    loop: Path | None = None
    """A short silent animation (WebP) for lists, where the maker makes one."""


class FaceMaker(Protocol):
    """Makes one face of one kind: the voice face, or the condition face."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Leave a portrait and a video in the workspace, a folder that exists and is empty.

        Raises `FaceFailed`. Cancelling stops the work soon and leaves no process behind.
        """
        ...
