"""Open the link to a shared face."""

from dataclasses import dataclass
from datetime import datetime

from application.errors import InvalidShare
from application.ports.auth import ShareSigner
from application.ports.clock import Clock
from application.ports.views import Views
from domain.faces import StoredFace


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedShare:
    """A voice face, to be shown to all who have the link."""

    face: StoredFace
    expires_at: datetime


class OpenShare:
    """Returns the face behind a link.

    Raises `InvalidShare`: the same for a link that is forged or has expired, for a face or an account that is erased,
    and while consent is withdrawn.
    """

    def __init__(self, views: Views, signer: ShareSigner, clock: Clock) -> None:
        self._views = views
        self._signer = signer
        self._clock = clock

    async def __call__(self, token: str) -> OpenedShare:
        share = self._signer.read(token, self._clock())
        face = await self._views.shared_face(share.generation_id)
        if face is None:
            raise InvalidShare
        return OpenedShare(face=face, expires_at=share.expires_at)
