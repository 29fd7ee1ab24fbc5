"""Refresh a session."""

from application.accounts.sessions import Sessions, SessionTokens
from application.errors import InvalidToken, SessionEnded
from application.ports.auth import Refresh, RefreshTokens
from application.ports.clock import Clock
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.security_events import record
from domain.session import Session
from domain.user import User


class RefreshSession:
    """Gives a session new tokens for its refresh token; raises `InvalidToken`.

    Each refresh token can be used once. One that comes again was copied, and which of the two clients is the user's,
    cannot be told: the session ends. So a client must not use one twice at the same moment, nor after an answer that it
    did not get.
    """

    def __init__(
        self,
        unit_of_work: UnitOfWorkFactory,
        refresh_tokens: RefreshTokens,
        sessions: Sessions,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._refresh_tokens = refresh_tokens
        self._sessions = sessions
        self._clock = clock

    async def __call__(self, refresh_token: str) -> SessionTokens:
        refresh = self._refresh_tokens.read(refresh_token)
        async with self._unit_of_work() as uow:
            user, session = await self._find(uow, refresh)
            if session.refreshes == refresh.number:
                await self._sessions.refresh(uow, user, session)
                if user.come_back(self._clock()):
                    await uow.users.save(user)
                ended = []
            else:
                ended = await self._sessions.end(uow, [session])
            await uow.commit()
        if ended:
            self._sessions.refuse(ended)
            record("refresh_reused", user=user.id, session=session.id)
            raise SessionEnded
        return self._sessions.tokens(session, user)

    async def _find(self, uow: UnitOfWork, refresh: Refresh) -> tuple[User, Session]:
        """Return user and session, locked."""
        user = await uow.users.lock(refresh.user_id)
        session = await uow.sessions.lock(refresh.session_id)
        if user is None or session is None:
            raise SessionEnded
        if session.expires_at <= self._clock():
            raise InvalidToken("Your login has expired. Log in again.")
        return user, session
