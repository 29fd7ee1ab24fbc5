"""What the application needs to know people by."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is asking, as a token tells without a look into the database."""

    user_id: UserId
    email: str


class PasswordHasher(Protocol):
    """Hashes passwords slowly, and not on the event loop."""

    async def hash(self, password: str) -> str:
        """Return a salted hash that carries its parameters."""
        ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits; None, for an unknown user, takes as long and is False."""
        ...


class TokenIssuer(Protocol):
    """Issues and reads the tokens of logged-in people."""

    def issue(self, principal: Principal) -> str:
        """Return a token that expires."""
        ...

    def read(self, token: str) -> Principal:
        """Return whom the token names; raises `InvalidToken`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaGrant:
    """The right to fetch one blob until a moment."""

    key: str
    media_type: str
    expires_at: datetime


class MediaSigner(Protocol):
    """Signs media links: cheap enough for a list of hundreds, and bound to one blob."""

    def sign(self, grant: MediaGrant) -> str:
        """Return a token of URL-safe characters; the same grant gives the same token."""
        ...

    def read(self, token: str, now: datetime) -> MediaGrant:
        """Return what the token grants; raises `InvalidLink` when forged, cut off or expired."""
        ...
