"""Sessions on the wire."""

from collections.abc import Sequence
from typing import Annotated, Self

from msgspec import Meta, Struct

from application.accounts.change_password import ChangePasswordCommand
from application.accounts.log_in import LogInCommand
from application.accounts.sessions import SessionTokens
from domain.ids import SessionId
from domain.session import Device, Session
from entrypoints.http.caller import Caller
from entrypoints.http.schemas.accounts import Email, LogInRequest, NewPassword, Password
from entrypoints.http.schemas.identifiers import Id
from entrypoints.http.schemas.moments import Moment, WithMoments


class PageLogInRequest(LogInRequest, frozen=True, kw_only=True):
    """E-mail address and password."""

    def command(self, client_address: str, device: Device) -> LogInCommand:
        """Return what the use case takes: a login that is refreshed."""
        return LogInCommand(
            email=self.email,
            password=self.password,
            client_address=client_address,
            device=device,
            refreshed=True,
        )


class SessionTokenResponse(Struct, frozen=True, kw_only=True):
    """A token that is valid for minutes; the cookie `refresh`, which no script can read, is good for the next one."""

    token: Annotated[str, Meta(description="Send it with every call.", examples=["eyJhbGciOi…"])]
    email: Annotated[Email | None, Meta(description="Null for a guest.")]
    expires_in: Annotated[int, Meta(description="Seconds until the token expires.", examples=[900])]

    @classmethod
    def of(cls, tokens: SessionTokens) -> Self:
        """Return the wire form of new tokens, without the refresh token."""
        return cls(token=tokens.token, email=tokens.email, expires_in=int(tokens.lifetime.total_seconds()))


class SessionResponse(WithMoments, frozen=True, kw_only=True):
    """A session."""

    id: Id
    created_at: Moment
    last_used_at: Annotated[Moment, Meta(description="The last refresh, or the login.")]
    expires_at: Annotated[Moment, Meta(description="When it ends if it is not refreshed.")]
    device: Annotated[
        str,
        Meta(
            description="What the client said that it is, or `Unknown device`.", examples=["Firefox on Linux"]
        ),
    ]
    address: Annotated[
        str | None,
        Meta(description="Where the login came from, as the service keeps it.", examples=["192.0.2.0"]),
    ]
    current: Annotated[bool, Meta(description="Whether the token of this call belongs to it.")]

    @classmethod
    def of(cls, session: Session, current: SessionId) -> Self:
        """Return the wire form of a session."""
        return cls(
            id=session.id,
            created_at=session.created_at,
            last_used_at=session.last_used_at,
            expires_at=session.expires_at,
            device=session.device.name,
            address=session.device.address,
            current=session.id == current,
        )


class SessionListResponse(Struct, frozen=True, kw_only=True):
    """Where the user is logged in, newest first."""

    sessions: list[SessionResponse]

    @classmethod
    def of(cls, sessions: Sequence[Session], current: SessionId) -> Self:
        """Return the wire form of sessions."""
        return cls(sessions=[SessionResponse.of(one, current) for one in sessions])


class ChangePasswordRequest(Struct, frozen=True, kw_only=True):
    """The password until now, and the new one."""

    current_password: Password
    password: NewPassword

    def command(self, caller: Caller, client_address: str) -> ChangePasswordCommand:
        """Return what the use case takes."""
        return ChangePasswordCommand(
            user_id=caller.user_id,
            session_id=caller.session_id,
            current_password=self.current_password,
            new_password=self.password,
            client_address=client_address,
        )
