"""Absolute links to blobs, below the address at which a client reaches the service."""

from application.media.links import SignLink
from domain.media import media_type_of

MEDIA_PATH = "/api/v1/media"


class MediaLinks:
    """Turns blob keys into signed links below one base address."""

    def __init__(self, sign: SignLink, base: str) -> None:
        self._sign = sign
        self._base = base

    def recording(self, key: str, media_type: str) -> str:
        """Return a link to a recording."""
        return f"{self._base}{MEDIA_PATH}/{self._sign(key, media_type)}"

    def face_file(self, key: str | None) -> str | None:
        """Return a link to a portrait, a video or a loop, None where there is none; the key's ending tells its type."""
        return None if key is None else self.recording(key, media_type_of(key))
