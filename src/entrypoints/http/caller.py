"""The caller: the user whose token came with a request."""

from dataclasses import dataclass

from litestar.datastructures import Headers

from application.errors import InvalidToken
from application.ports.auth import TokenIssuer
from domain.ids import UserId
from entrypoints.composition.media_links import MediaLinks
from entrypoints.http.request_errors import BadRequest


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
    """Return the caller named by the header `Token` or by `Authorization: Bearer`.

    Raises `InvalidToken`, and `BadRequest` for two tokens that differ: servers on the way may have read the other one.
    """
    sent = {*headers.getall("token", ()), *map(_bearer_token, headers.getall("authorization", ()))} - {""}
    if not sent:
        raise TokenMissing
    if len(sent) > 1:
        raise BadRequest("The request has two different tokens: send one.")
    principal = tokens.read(sent.pop())
    return Caller(principal.user_id, principal.email, links)


def _bearer_token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
