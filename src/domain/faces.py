"""The faces of a generation, as they are stored."""

from dataclasses import dataclass

from domain.voice import Acoustics, Influence, UsualMeasures


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFace:
    """The blob keys of one face; a face may lack its video and its loop."""

    portrait: str
    video: str | None
    loop: str | None = None
    """A short silent animation for lists."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that there are."""
        return tuple(key for key in (self.portrait, self.video, self.loop) if key is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """The outcome of a success: the voice face, the condition face, and what was measured of the voice."""

    voice: StoredFace
    condition: StoredFace
    note: str | None = None
    """What the user should know about the faces, such as why a video is missing."""
    acoustics: Acoustics | None = None
    influences: tuple[Influence, ...] = ()
    usual: UsualMeasures | None = None
    """What is usual at the age and gender of the request; None from a face maker that does not know."""
