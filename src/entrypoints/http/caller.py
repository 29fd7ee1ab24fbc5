"""The caller: the user whose token came with a request."""

from dataclasses import dataclass

from litestar.datastructures import Headers

from application.errors import InvalidToken
from application.ports.auth import TokenIssuer
from domain.ids import UserId
from entrypoints.composition.media_links import MediaLinks


@dataclass(frozen=True, slots=True)
class Caller:
    """A user with a valid token, and links below the address that this client uses."""

    user_id: UserId
    email: str
    links: MediaLinks


class TokenMissing(InvalidToken):
    """The request carries no token."""

    def __init__(self) -> None:
        super().__init__("Log in first.")


def authenticate(headers: Headers, tokens: TokenIssuer, links: MediaLinks) -> Caller:
    """Return the caller named by the header `Token`, or else by `Authorization: Bearer`; raises `InvalidToken`."""
    token = headers.get("token") or _bearer_token(headers.get("authorization", ""))
    if not token:
        raise TokenMissing
    principal = tokens.read(token)
    return Caller(principal.user_id, principal.email, links)


def _bearer_token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
