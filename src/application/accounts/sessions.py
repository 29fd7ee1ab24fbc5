"""Begin and end sessions."""

from collections.abc import Iterable
from datetime import timedelta

from application.accounts.ended_sessions import EndedSessions
from application.ports.auth import Principal, TokenIssuer
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork
from domain.session import Device, EndedSession, Session, SessionLifetimes
from domain.user import User

MARGIN = timedelta(minutes=1)
"""How much longer than its tokens an ended session is remembered: clocks of processes differ."""


class Sessions:
    """Begins sessions and ends them, within a unit of work of the caller's."""

    def __init__(
        self, tokens: TokenIssuer, ended: EndedSessions, lifetimes: SessionLifetimes, clock: Clock
    ) -> None:
        self._tokens = tokens
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
        await uow.sessions.add(session)
        return session

    def token(self, session: Session, user: User) -> str:
        """Return a new token of a session."""
        principal = Principal(user_id=user.id, session_id=session.id, email=user.email)
        return self._tokens.issue(principal, self.token_lifetime(session))

    def token_lifetime(self, session: Session) -> timedelta:
        """Return how long a token that is issued now is valid."""
        return session.token_lifetime(self._lifetimes, self._clock())

    async def end(self, uow: UnitOfWork, sessions: Iterable[Session]) -> list[EndedSession]:
        """End sessions that were locked; once that is committed, give what is returned to `refuse`."""
        now = self._clock()
        ended = [
            EndedSession(
                id=one.id, ended_at=now, forget_at=now + one.token_lifetime(self._lifetimes, now) + MARGIN
            )
            for one in sessions
        ]
        await uow.sessions.end(ended)
        return ended

    def refuse(self, ended: Iterable[EndedSession]) -> None:
        """Refuse the tokens of ended sessions from now on, on this process at once."""
        self._ended.add(ended)
