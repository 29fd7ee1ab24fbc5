"""Sessions: log in and out, look where I am logged in, change my password."""

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency

from application.accounts.change_password import ChangePassword
from application.accounts.end_sessions import EndAllSessions, EndSession, LogOut
from application.accounts.log_in import LogIn
from application.accounts.refresh import RefreshSession
from application.accounts.show_sessions import ShowSessions
from entrypoints.http.bodies.form_request import FormRequest
from entrypoints.http.caller import Caller
from entrypoints.http.client_address import client_address
from entrypoints.http.device import device_of
from entrypoints.http.refresh_cookie import RefreshCookie
from entrypoints.http.schemas.identifiers import CURRENT, SessionIdPath
from entrypoints.http.schemas.sessions import (
    ChangePasswordRequest,
    PageLogInRequest,
    SessionListResponse,
    SessionTokenResponse,
)


class SessionController(Controller):
    """What a user does with sessions."""

    tags = ("Sessions",)

    @post("/auth/sessions", problems=(401, 403, 429))
    async def log_in_page(
        self,
        request: FormRequest[PageLogInRequest],
        refresh_cookie: NamedDependency[RefreshCookie],
        log_in: NamedDependency[LogIn],
    ) -> Response[SessionTokenResponse]:
        """Log in as a page.

        Gives a token that is valid for minutes, and sets the cookie `refresh` (at https `__Secure-refresh`). Only
        pages of the service's own origin may ask.
        """
        body = await request.read()
        tokens = await log_in(body.command(client_address(request), device_of(request)))
        return Response(SessionTokenResponse.of(tokens), headers=refresh_cookie.kept(tokens))

    @post("/auth/refresh", status_code=200, problems=(401, 403), takes_refresh_cookie=True)
    async def refresh(
        self,
        refresh_cookie: NamedDependency[RefreshCookie],
        refresh_session: NamedDependency[RefreshSession],
    ) -> Response[SessionTokenResponse]:
        """Refresh my session.

        Gives a new token, and a new cookie in place of the old one. A cookie that is used twice ends the session, so
        a page must not call this twice at the same moment. A cookie that cannot be used is removed.
        """
        with refresh_cookie.removed_if_refused():
            tokens = await refresh_session(refresh_cookie.token)
        return Response(SessionTokenResponse.of(tokens), headers=refresh_cookie.kept(tokens))

    @delete("/auth/refresh", problems=(403,))
    async def log_out(
        self, refresh_cookie: NamedDependency[RefreshCookie], log_out: NamedDependency[LogOut]
    ) -> Response[None]:
        """Log out by the cookie.

        Ends the session of the cookie `refresh` and removes the cookie, whatever it holds.
        """
        await log_out(refresh_cookie.tokens)
        return Response(None, headers=refresh_cookie.removed())

    @get("/auth/sessions")
    async def show_sessions(
        self, caller: NamedDependency[Caller], show_sessions: NamedDependency[ShowSessions]
    ) -> SessionListResponse:
        """Show where I am logged in."""
        return SessionListResponse.of(await show_sessions(caller.user_id), caller.session_id)

    @delete("/auth/sessions")
    async def end_all_sessions(
        self, caller: NamedDependency[Caller], end_all_sessions: NamedDependency[EndAllSessions]
    ) -> None:
        """Log out everywhere.

        The session of this call ends, too. Every process of the service refuses the tokens within ten seconds.
        """
        await end_all_sessions(caller.user_id)

    @delete("/auth/sessions/{session_id:str}", problems=(404,))
    async def end_session(
        self,
        session_id: SessionIdPath,
        caller: NamedDependency[Caller],
        end_session: NamedDependency[EndSession],
    ) -> None:
        """Log out somewhere.

        Ends one of my sessions; `current` is the one of this call.
        """
        await end_session(caller.user_id, caller.session_id if session_id == CURRENT else session_id)

    @put("/users/password", status_code=204, problems=(403, 409, 429))
    async def change_password(
        self,
        request: FormRequest[ChangePasswordRequest],
        caller: NamedDependency[Caller],
        change_password: NamedDependency[ChangePassword],
    ) -> None:
        """Change my password.

        Ends my other sessions; this one goes on. We write a mail about it to my address.
        """
        body = await request.read()
        await change_password(body.command(caller, client_address(request)))
