"""Media links: signed URLs of blobs."""

from application.media.links import SignLink
from domain.media import media_type_of

MEDIA_PATH = "/api/v1/media"


class MediaLinks:
    """Makes media links below one base address."""

    def __init__(self, sign: SignLink, base: str) -> None:
        self._sign = sign
        self._base = base

    def recording(self, key: str, media_type: str) -> str:
        """Return the link to a recording."""
        return f"{self._base}{MEDIA_PATH}/{self._sign(key, media_type)}"

    def face_file(self, key: str | None) -> str | None:
        """Return the link to a portrait, a video or a loop, None for None; the key's ending tells the media type."""
        return None if key is None else self.recording(key, media_type_of(key))
