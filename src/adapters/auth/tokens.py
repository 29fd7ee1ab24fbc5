"""Login tokens as JSON Web Tokens (RFC 7519)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from jwt.types import Options

from adapters.auth.keys import derive_key
from application.errors import InvalidToken
from application.ports.auth import Principal
from application.ports.clock import Clock
from domain.ids import SessionId, UserId

ALGORITHM = "HS256"
ISSUER = "voice2face"
AUDIENCE = "voice2face-api"
CLOCK_SKEW = timedelta(seconds=30)
CACHED_TOKENS = 10_000
"""How many verified tokens are kept in memory: a page that polls sends the same token every few seconds."""

_CHECKS: Options = {
    "require": ["exp", "iat", "iss", "aud", "sub", "sid"],
    "verify_exp": False,  # `read` compares both times with our own clock
    "verify_iat": False,
}


class JwtTokens:
    """Implements `TokenIssuer` with the algorithm HS256 only, for one issuer and one audience."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._key = derive_key(secret, "token")
        self._clock = clock
        self._verify_cached = lru_cache(CACHED_TOKENS)(self._verify)

    def issue(self, principal: Principal) -> str:
        """Return a token in whole seconds; that of a guest has no address."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": principal.user_id,
            "sid": principal.session_id,
            "iat": int(self._clock().timestamp()),
            "exp": int(principal.expires_at.timestamp()),
        }
        if principal.email is not None:
            claims["email"] = principal.email
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str) -> Principal:
        """Return whom and which session the token names; raises `InvalidToken`."""
        try:
            verified = self._verify_cached(token)
            now = self._clock()
            if verified.issued_at > now + CLOCK_SKEW:
                raise jwt.ImmatureSignatureError("issued in the future")
        except (jwt.InvalidTokenError, ValueError) as error:
            raise InvalidToken("This login is not valid. Log in again.") from error
        if verified.principal.expires_at <= now:
            raise InvalidToken("Your login has expired. Log in again.")
        return verified.principal

    def _verify(self, token: str) -> "_Verified":
        """Return the content of a token with a valid signature; its times are not compared with the clock here."""
        claims = jwt.decode(
            token, self._key, algorithms=[ALGORITHM], issuer=ISSUER, audience=AUDIENCE, options=_CHECKS
        )
        return _Verified(
            principal=Principal(
                user_id=UserId(_text(claims, "sub")),
                session_id=SessionId(_text(claims, "sid")),
                email=_text(claims, "email") if "email" in claims else None,
                expires_at=_moment(claims, "exp"),
            ),
            issued_at=_moment(claims, "iat"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verified:
    principal: Principal
    issued_at: datetime


def _moment(claims: dict[str, Any], name: str) -> datetime:
    value = claims[name]
    if type(value) is not int:
        raise jwt.DecodeError(f"{name} is not a whole number of seconds")
    return datetime.fromtimestamp(value, UTC)


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not value:
        raise jwt.DecodeError(f"{name} is not a text")
    return value
