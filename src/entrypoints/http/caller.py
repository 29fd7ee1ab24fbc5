"""The caller: the user whose token came with a request."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar.datastructures import Headers

from application.accounts.ended_sessions import EndedSessions
from application.errors import InvalidToken
from application.ports.auth import TokenIssuer
from domain.ids import SessionId, UserId
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.request_errors import BadRequest


@dataclass(frozen=True, slots=True)
class Caller:
    """A user with a valid token, and links below the address that this client uses."""

    user_id: UserId
    session_id: SessionId
    email: str | None
    """None for a guest."""
    links: MediaLinks
    logged_out: Callable[[], Coroutine[Any, Any, None]]
    """Waits until the session has ended or the token has expired."""

    @property
    def is_guest(self) -> bool:
        """Whether the token is a guest's, who may have signed up since it was issued."""
        return self.email is None


class TokenMissing(InvalidToken):
    """The request carries no token."""

    def __init__(self) -> None:
        super().__init__("Log in first.")


async def authenticate(
    headers: Headers, tokens: TokenIssuer, ended_sessions: EndedSessions, links: MediaLinks
) -> Caller:
    """Return the caller named by the header `Token` or by `Authorization: Bearer`.

    Raises `InvalidToken`, also where the session has ended; `ServiceUnavailable` where that cannot be known; and
    `BadRequest` for two tokens that differ: servers on the way may have read the other one.
    """
    sent = tokens_in(headers)
    if not sent:
        raise TokenMissing
    if len(sent) > 1:
        raise BadRequest("The request has two different tokens: send one.")
    principal = tokens.read(sent.pop())
    await ended_sessions.require_open(principal.session_id)
    logged_out = partial(ended_sessions.wait_for_end, principal.session_id, principal.expires_at)
    return Caller(principal.user_id, principal.session_id, principal.email, links, logged_out)


def tokens_in(headers: Headers) -> set[str]:
    """Return the tokens that a request carries."""
    return {*headers.getall("token", ()), *map(_bearer_token, headers.getall("authorization", ()))} - {""}


def _bearer_token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
