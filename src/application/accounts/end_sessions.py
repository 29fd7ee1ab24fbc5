"""End sessions: log out, here or elsewhere or everywhere."""

from collections.abc import Iterable
from contextlib import suppress

from application.accounts.sessions import Sessions
from application.errors import InvalidToken, NotFound
from application.ports.auth import RefreshTokens
from application.ports.unit_of_work import UnitOfWorkFactory
from application.security_events import record
from domain.ids import SessionId, UserId


class EndSession:
    """Ends one session of the caller; raises `NotFound`, also for one of another user."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, sessions: Sessions) -> None:
        self._unit_of_work = unit_of_work
        self._sessions = sessions

    async def __call__(self, user_id: UserId, session_id: SessionId) -> None:
        async with self._unit_of_work() as uow:
            await uow.users.lock(user_id)
            session = await uow.sessions.lock(session_id)
            if session is None or session.user_id != user_id:
                raise NotFound("session")
            ended = await self._sessions.end(uow, [session])
            await uow.commit(returning=None)
        self._sessions.refuse(ended)
        record("logout", user=user_id, sessions=1)


class EndAllSessions:
    """Ends every session of the caller, the one that asks for it included."""

    def __init__(self, unit_of_work: UnitOfWorkFactory, sessions: Sessions) -> None:
        self._unit_of_work = unit_of_work
        self._sessions = sessions

    async def __call__(self, user_id: UserId) -> None:
        async with self._unit_of_work() as uow:
            await uow.users.lock(user_id)
            ended = await self._sessions.end(uow, await uow.sessions.lock_of_user(user_id))
            await uow.commit(returning=None)
        self._sessions.refuse(ended)
        record("logout", user=user_id, sessions=len(ended))


class LogOut:
    """Ends the sessions of refresh tokens, also of those that were used before; there may be none any more."""

    def __init__(self, refresh_tokens: RefreshTokens, end_session: EndSession) -> None:
        self._refresh_tokens = refresh_tokens
        self._end_session = end_session

    async def __call__(self, refresh_tokens: Iterable[str]) -> None:
        for token in refresh_tokens:
            with suppress(InvalidToken, NotFound):  # what the client wants is so already
                refresh = self._refresh_tokens.read(token)
                await self._end_session(refresh.user_id, refresh.session_id)
