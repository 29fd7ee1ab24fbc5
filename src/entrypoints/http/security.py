"""Who is asking, by the token that came along."""

from dataclasses import dataclass

from litestar.datastructures import Headers

from application.errors import InvalidToken
from application.ports.auth import TokenIssuer
from domain.ids import UserId
from entrypoints.composition.media_links import MediaLinks


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a good token, and links as that client can follow them."""

    user_id: UserId
    email: str
    links: MediaLinks


def authenticate(headers: Headers, tokens: TokenIssuer, links: MediaLinks) -> Caller:
    """Return whom the header `Token`, or else `Authorization: Bearer`, names; raises `InvalidToken`."""
    token = headers.get("token") or _bearer(headers.get("authorization", ""))
    if not token:
        raise InvalidToken("Log in first.")
    principal = tokens.read(token)
    return Caller(principal.user_id, principal.email, links)


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
