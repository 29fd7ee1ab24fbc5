"""Sign media links and open them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from application.errors import InvalidLink
from application.media.marked import leaving_key
from application.ports.auth import MediaGrant, MediaSigner
from application.ports.blobs import BlobInfo, BlobNotFound, BlobStorage
from application.ports.clock import Clock
from domain.blob_keys import download_name

SHORTEST_LIFETIME = timedelta(minutes=30)
PERIOD = timedelta(minutes=30)
CACHED_LINKS = 10_000
"""How many links are kept in memory: a list that is polled has the same links for half an hour."""
_ZERO = datetime.min.replace(tzinfo=UTC)


def expiry(now: datetime) -> datetime:
    """Return when a link signed now expires: at the end of a whole period, 30 to 60 minutes from now.

    Links to one blob that are signed within a period are equal, so a page that polls does not restart its player.
    """
    return _ZERO + ((now - _ZERO) // PERIOD + 1) * PERIOD + SHORTEST_LIFETIME


class SignLink:
    """Returns a token that gives access to one blob until the token expires."""

    def __init__(self, signer: MediaSigner, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock
        self._expires_at = _ZERO
        self._sign_cached = lru_cache(CACHED_LINKS)(self._sign)

    def __call__(self, key: str, media_type: str) -> str:
        now = self._clock()
        if not SHORTEST_LIFETIME < self._expires_at - now <= SHORTEST_LIFETIME + PERIOD:
            self._expires_at = expiry(now)
        return self._sign_cached(key, media_type, self._expires_at)

    def _sign(self, key: str, media_type: str, expires_at: datetime) -> str:
        return self._signer.sign(MediaGrant(key=key, media_type=media_type, expires_at=expires_at))


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRedirect:
    """An address where the client fetches the blob itself."""

    address: str


class OpenedMedia:
    """A blob that the service sends itself."""

    def __init__(
        self, blobs: BlobStorage, info: BlobInfo, media_type: str, valid_for: timedelta, file_name: str | None
    ) -> None:
        self._blobs = blobs
        self.size = info.size
        self.modified_at = info.modified_at
        self.media_type = media_type
        self.valid_for = valid_for
        """How long the link is still valid."""
        self.file_name = file_name
        """The name under which the client saves it, None to show or play it."""
        self._key = info.key

    def read(self, start: int, length: int) -> AsyncIterator[bytes]:
        """Yield `length` bytes from `start`."""
        return self._blobs.read(self._key, start, length)


class OpenMedia:
    """Opens the blob of a media link, to be shown or to be saved: then the copy with the visible mark, if there is one.

    Raises `InvalidLink`, also when the blob was erased.
    """

    def __init__(self, signer: MediaSigner, blobs: BlobStorage, clock: Clock) -> None:
        self._signer = signer
        self._blobs = blobs
        self._clock = clock

    async def __call__(self, token: str, to_save: bool) -> MediaRedirect | OpenedMedia:
        now = self._clock()
        grant = self._signer.read(token, now)
        valid_for = grant.expires_at - now
        file_name = download_name(grant.key) if to_save else None
        key = await leaving_key(self._blobs, grant.key) if to_save else grant.key
        address = await self._blobs.direct_link(key, grant.media_type, valid_for, file_name)
        if address is not None:
            return MediaRedirect(address=address)
        try:
            info = await self._blobs.stat(key)
        except BlobNotFound:
            raise InvalidLink from None
        return OpenedMedia(self._blobs, info, grant.media_type, valid_for, file_name)
