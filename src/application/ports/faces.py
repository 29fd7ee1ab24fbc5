"""The port for face makers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from domain.look import NO_WISHES, LookWishes
from domain.voice import Acoustics, Influence, Person, UsualMeasures


class Stage(StrEnum):
    """What a face maker is doing, in order."""

    LISTENING = "listening"
    SHAPING = "shaping"
    DRAWING = "drawing"
    FILMING = "filming"
    SAVING = "saving"


ProgressReport = Callable[[Stage, float], None]
"""A function that is called with a stage and its fraction, 0..1; it is fast, never blocks and never raises."""


class FaceFailed(Exception):
    """A face could not be made; the message is a sentence for the user."""

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class Origin(StrEnum):
    """How the pictures of a face came about."""

    ALGORITHM = "algorithm"
    """Drawn by rules that people wrote, not learnt from pictures."""
    TRAINED_MODEL = "trained_model"
    """Made by a model that was trained on pictures or films."""
    UNKNOWN = "unknown"
    """Given by the operator, who has not told the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceOrder:
    """What a face is made from."""

    request_id: str
    generation_id: str
    person: Person
    voice_key: str
    """The blob key of the recording: the voice face is made from it, and it is the sound of both videos."""
    voice_media_type: str
    wishes: LookWishes = NO_WISHES


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFiles:
    """A face as files in the workspace."""

    origin: Origin
    """How all of its files came about."""
    portrait: Path
    """A picture whose file name ends in .png, .jpg, .jpeg or .webp."""
    video: Path | None
    """An MP4; None if the portrait could be made and the video could not, and then `note` says why."""
    note: str | None = None
    """A sentence for the user about what is missing."""
    acoustics: Acoustics | None = None
    """What was measured of the voice; None from a face maker that does not measure."""
    influences: tuple[Influence, ...] = ()
    """Which measure changed which trait, strongest first; empty from a face maker that does not know."""
    usual: UsualMeasures | None = None
    """What is usual at the person's age and gender; None from a face maker that does not know."""
    loop: Path | None = None
    """A short silent animation (WebP) for lists; None from a face maker that makes none."""
    marked_portrait: Path | None = None
    """A copy with the visible mark, in the same format, for what leaves the service; None where nothing is marked."""
    marked_video: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that there are."""
        files = (self.portrait, self.video, self.loop, self.marked_portrait, self.marked_video)
        return tuple(path for path in files if path is not None)


class FaceMaker(Protocol):
    """Makes faces of one kind: voice faces or condition faces."""

    async def make(self, order: FaceOrder, workspace: Path, report: ProgressReport) -> FaceFiles:
        """Write a portrait and a video into the workspace, a folder that exists and is empty; raises `FaceFailed`.

        Cancelling it stops the work soon and leaves no process behind.
        """
        ...
