"""Absolute links to blobs, below the address at which a client reaches the service."""

from pathlib import PurePosixPath

from application.generation.make_faces import LOOP_TYPE, PORTRAIT_TYPES, VIDEO_TYPE
from application.media.links import SignLink

MEDIA_PATH = "/api/v1/media"


class MediaLinks:
    """Turns blob keys into signed links below one base address."""

    def __init__(self, sign: SignLink, base: str) -> None:
        self._sign = sign
        self._base = base

    def voice(self, key: str, media_type: str) -> str:
        """Return a link to a recording."""
        return f"{self._base}{MEDIA_PATH}/{self._sign(key, media_type)}"

    def portrait(self, key: str) -> str:
        """Return a link to a picture; its ending tells its type."""
        return self.voice(key, PORTRAIT_TYPES[PurePosixPath(key).suffix])

    def video(self, key: str | None) -> str | None:
        """Return a link to a video, None where there is none."""
        return None if key is None else self.voice(key, VIDEO_TYPE)

    def loop(self, key: str | None) -> str | None:
        """Return a link to a silent animation, None where there is none."""
        return None if key is None else self.voice(key, LOOP_TYPE)
