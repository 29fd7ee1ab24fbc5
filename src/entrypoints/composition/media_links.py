"""Links that the service gives out: media links, which are signed URLs of blobs, and links to its pages."""

from application.media.links import SignLink
from domain.media import media_type_of

MEDIA_PATH = "/api/v1/media"
SHARED_PAGE = "/shared"


class MediaLinks:
    """Makes links below one base address."""

    def __init__(self, sign: SignLink, base: str) -> None:
        self._sign = sign
        self._base = base

    def recording(self, key: str, media_type: str) -> str:
        """Return the link to a recording."""
        return f"{self._base}{MEDIA_PATH}/{self._sign(key, media_type)}"

    def face_file(self, key: str | None) -> str | None:
        """Return the link to a portrait, a video or a loop, None for None; the key's ending tells the media type."""
        return None if key is None else self.file(key)

    def file(self, key: str) -> str:
        """Return the link to a file whose key's ending tells its media type."""
        return self.recording(key, media_type_of(key))

    def shared_page(self, token: str) -> str:
        """Return the link to the page of a shared face; the token is in the part that browsers do not send."""
        return f"{self._base}{SHARED_PAGE}#{token}"
