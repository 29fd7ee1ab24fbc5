"""Open the link to a shared face."""

from dataclasses import dataclass
from datetime import datetime

from application.errors import InvalidShare
from application.media.marked import leaving_key
from application.ports.auth import ShareSigner
from application.ports.blobs import BlobStorage
from application.ports.clock import Clock
from application.ports.views import Views


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedShare:
    """A voice face, to be shown to all who have the link."""

    portrait: str
    """A blob key, as that of the video."""
    video: str | None
    expires_at: datetime


class OpenShare:
    """Returns the face behind a link: of its portrait and video the copies with the visible mark, where there are any.

    Raises `InvalidShare`: the same for a link that is forged or has expired, for a face or an account that is erased,
    and while consent is withdrawn.
    """

    def __init__(self, views: Views, blobs: BlobStorage, signer: ShareSigner, clock: Clock) -> None:
        self._views = views
        self._blobs = blobs
        self._signer = signer
        self._clock = clock

    async def __call__(self, token: str) -> OpenedShare:
        share = self._signer.read(token, self._clock())
        face = await self._views.shared_face(share.generation_id)
        if face is None:
            raise InvalidShare
        return OpenedShare(
            portrait=await leaving_key(self._blobs, face.portrait),
            video=await leaving_key(self._blobs, face.video) if face.video else None,
            expires_at=share.expires_at,
        )
