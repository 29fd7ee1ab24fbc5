"""Begin, refresh and end sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from application.accounts.ended_sessions import EndedSessions
from application.ports.auth import Principal, Refresh, RefreshTokens, TokenIssuer
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork
from domain.session import Device, EndedSession, Session, SessionLifetimes
from domain.user import User

MARGIN = timedelta(minutes=1)
"""How much longer than its tokens an ended session is remembered: clocks of processes differ."""
MOST_SESSIONS = 100
"""How many a user may have; a further one ends the one that was used longest ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTokens:
    """What a client is given when a session begins or is refreshed."""

    token: str
    lifetime: timedelta
    """How long the token is valid."""
    refresh_token: str | None
    """None for a session that cannot be refreshed."""
    session_lifetime: timedelta
    """How long the session lasts if it is not refreshed."""
    email: str | None
    """None for a guest."""


class Sessions:
    """Begins sessions and ends them, within a unit of work of the caller's."""

    def __init__(
        self,
        tokens: TokenIssuer,
        refresh_tokens: RefreshTokens,
        ended: EndedSessions,
        lifetimes: SessionLifetimes,
        clock: Clock,
    ) -> None:
        self._tokens = tokens
        self._refresh_tokens = refresh_tokens
        self._ended = ended
        self._lifetimes = lifetimes
        self._clock = clock

    async def begin(self, uow: UnitOfWork, user: User, device: Device, *, refreshed: bool) -> Session:
        """Add a session of a user who was locked."""
        session = Session.begin(
            user.id,
            device,
            self._lifetimes,
            self._clock(),
            refreshed=refreshed,
            latest=user.sessions_end_at,
        )
        await self.end(uow, await uow.sessions.lock_oldest(user.id, keep=MOST_SESSIONS - 1))
        await uow.sessions.add(session)
        return session

    async def refresh(self, uow: UnitOfWork, user: User, session: Session) -> None:
        """Refresh a session, which was locked like its user."""
        session.refresh(self._lifetimes, self._clock(), user.sessions_end_at)
        await uow.sessions.save(session)

    def tokens(self, session: Session, user: User) -> SessionTokens:
        """Return new tokens of a session, whose change was committed."""
        now = self._clock()
        lifetime = session.token_lifetime(self._lifetimes, now)
        principal = Principal(
            user_id=user.id, session_id=session.id, email=user.email, expires_at=now + lifetime
        )
        refresh_token = None
        if session.refreshes is not None:
            refresh = Refresh(user_id=user.id, session_id=session.id, number=session.refreshes)
            refresh_token = self._refresh_tokens.issue(refresh)
        return SessionTokens(
            token=self._tokens.issue(principal),
            lifetime=lifetime,
            refresh_token=refresh_token,
            session_lifetime=session.expires_at - now,
            email=user.email,
        )

    async def end(self, uow: UnitOfWork, sessions: Iterable[Session]) -> list[EndedSession]:
        """End sessions that were locked; once that is committed, give what is returned to `refuse`.

        Without `refuse` this process, too, learns of it within some seconds.
        """
        now = self._clock()
        ended = [
            EndedSession(id=one.id, ended_at=now, forget_at=one.last_token_expires_at(now) + MARGIN)
            for one in sessions
        ]
        await uow.sessions.end(ended)
        return ended

    def refuse(self, ended: Iterable[EndedSession]) -> None:
        """Refuse the tokens of ended sessions from now on, on this process at once."""
        self._ended.add(ended)
