"""Ports for passwords, tokens and media links."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.ids import GenerationId, MailId, SessionId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller, as a token names it without a query of the database."""

    user_id: UserId
    session_id: SessionId
    email: str | None
    """None for a guest."""
    expires_at: datetime
    """When the token expires, to the second."""


class PasswordHasher(Protocol):
    """Hashes passwords; hashing is slow by design and runs outside the event loop.

    Both methods raise `HashingBusy` at once when too many passwords wait already.
    """

    async def hash(self, password: str) -> str:
        """Return a salted hash that carries its parameters."""
        ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password is right; for None, an unknown user, it is False after the same time."""
        ...


class CommonPasswords(Protocol):
    """Knows the passwords that are guessed first."""

    def include(self, password: str) -> bool:
        """Tell whether a password, in any case and spacing, is one of them."""
        ...


class TokenIssuer(Protocol):
    """Issues and reads the tokens of sessions; whether a session has ended, `EndedSessions` knows."""

    def issue(self, principal: Principal) -> str:
        """Return a token that names this caller and session until it expires."""
        ...

    def read(self, token: str) -> Principal:
        """Return whom and which session the token names; raises `InvalidToken`."""
        ...


class MailLinkSigner(Protocol):
    """Signs the links of mails, so that a reader of the database alone cannot make one."""

    def sign(self, link_id: MailId) -> str:
        """Return a token of URL-safe characters; the same id gives the same token."""
        ...

    def read(self, token: str) -> MailId:
        """Return which link the token is of; raises `InvalidMailLink` if it is forged or cut off."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """One refresh of a session, as its refresh token names it."""

    user_id: UserId
    session_id: SessionId
    number: int
    """How often the session had been refreshed when the token was issued."""


class RefreshTokens(Protocol):
    """Issues and reads refresh tokens; whether one was used before, its session knows."""

    def issue(self, refresh: Refresh) -> str:
        """Return a token of characters that a cookie may hold."""
        ...

    def read(self, token: str) -> Refresh:
        """Return the refresh that the token names; raises `InvalidToken`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaGrant:
    """The right to fetch one blob until a moment."""

    key: str
    media_type: str
    expires_at: datetime


class MediaSigner(Protocol):
    """Signs media links, each for one blob; cheap enough for a list of hundreds."""

    def sign(self, grant: MediaGrant) -> str:
        """Return a token of URL-safe characters; the same grant gives the same token."""
        ...

    def read(self, token: str, now: datetime) -> MediaGrant:
        """Return what the token grants; raises `InvalidLink` if it is forged, cut off or expired."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The right of all who have its link to see the voice face of a result until a moment."""

    generation_id: GenerationId
    expires_at: datetime
    """To the second."""


class ShareSigner(Protocol):
    """Signs shares, which no table lists: whether the face is still there, `Views.shared_face` knows."""

    def sign(self, share: Share) -> str:
        """Return a token of URL-safe characters; the same share gives the same token."""
        ...

    def read(self, token: str, now: datetime) -> Share:
        """Return the share; raises `InvalidShare` if the token is forged, cut off or expired."""
        ...
