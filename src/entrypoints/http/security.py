"""Who is asking, by the token that came along."""

from litestar.datastructures import Headers

from application.errors import InvalidToken
from application.ports.auth import Principal, TokenIssuer


def authenticate(headers: Headers, tokens: TokenIssuer) -> Principal:
    """Return whom the header `Token`, or else `Authorization: Bearer`, names; raises `InvalidToken`."""
    token = headers.get("token") or _bearer(headers.get("authorization", ""))
    if not token:
        raise InvalidToken("Log in first.")
    return tokens.read(token)


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
