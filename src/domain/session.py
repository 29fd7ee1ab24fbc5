"""Sessions: where a user is logged in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.ids import SessionId, UserId, new_id

LONGEST_ACCESS = timedelta(days=1)
"""How long a token of a session that is refreshed may be valid at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What is kept of the client that logged in, so that its user knows it again in a list."""

    name: str
    """Such as "Firefox on Linux"."""
    address: str | None
    """The client address in the form of the log lines; None where it is unknown or not to be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLifetimes:
    """How long what a session is used with is valid."""

    token: timedelta
    """The token of a session that cannot be refreshed; the session ends with it."""
    access: timedelta
    """Each token of a session that is refreshed."""
    unused: timedelta
    """How long a session that is refreshed lasts without being used."""


@dataclass(eq=False, kw_only=True)
class Session:
    """A login that its user can see and end: by one token, or by short ones that are refreshed."""

    id: SessionId
    user_id: UserId
    device: Device
    created_at: datetime
    last_used_at: datetime
    """The last refresh, or the login."""
    expires_at: datetime
    refreshes: int | None
    """How often it was refreshed, which is the number of the valid refresh token; None if it has only one token."""

    @classmethod
    def begin(
        cls,
        user_id: UserId,
        device: Device,
        lifetimes: SessionLifetimes,
        now: datetime,
        *,
        refreshed: bool,
        latest: datetime | None = None,
    ) -> "Session":
        """Return a new session, which is refreshed or not; it does not last beyond `latest`."""
        expires_at = now + (lifetimes.unused if refreshed else lifetimes.token)
        return cls(
            id=SessionId(new_id()),
            user_id=user_id,
            device=device,
            created_at=now,
            last_used_at=now,
            expires_at=min(expires_at, latest or expires_at),
            refreshes=0 if refreshed else None,
        )

    def refresh(self, lifetimes: SessionLifetimes, now: datetime, latest: datetime | None = None) -> None:
        """Count a refresh, after which the refresh token before is not valid any more; the session lasts longer."""
        if self.refreshes is None:
            raise ValueError("a session with one token cannot be refreshed")
        self.refreshes += 1
        self.last_used_at = now
        expires_at = now + lifetimes.unused
        self.expires_at = min(expires_at, latest or expires_at)

    def token_lifetime(self, lifetimes: SessionLifetimes, now: datetime) -> timedelta:
        """Return how long a token that is issued now is valid: no longer than the session."""
        left = self.expires_at - now
        return left if self.refreshes is None else min(lifetimes.access, left)

    def last_token_expires_at(self, now: datetime) -> datetime:
        """Return when no token of it can be valid any more, whatever the lifetime was when one was issued."""
        return self.expires_at if self.refreshes is None else min(self.expires_at, now + LONGEST_ACCESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSession:
    """A session that has ended while tokens of it may be valid: it says nothing about whose it was."""

    id: SessionId
    ended_at: datetime
    forget_at: datetime
    """When its last token has expired."""
