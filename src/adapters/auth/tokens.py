"""Log-in tokens as JSON web tokens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

from adapters.auth.keys import derive_key
from application.errors import InvalidToken
from application.ports.auth import Principal
from application.ports.clock import Clock
from domain.ids import UserId

ALGORITHM = "HS256"
ISSUER = "voice2face"
AUDIENCE = "voice2face-api"
CLOCK_SKEW = timedelta(seconds=30)

_CHECKS: Options = {
    "require": ["exp", "iat", "iss", "aud", "sub", "email"],
    "verify_exp": False,  # against our own clock, below
    "verify_iat": False,
}


class JwtTokens:
    """Signs and reads tokens under HS256 and nothing else, for one issuer and one audience."""

    def __init__(self, secret: str, lifetime: timedelta, clock: Clock) -> None:
        self._key = derive_key(secret, "token")
        self._lifetime = lifetime
        self._clock = clock

    def issue(self, principal: Principal) -> str:
        """Return a token that expires after the lifetime."""
        now = self._clock()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": principal.user_id,
            "email": principal.email,
            "iat": int(now.timestamp()),
            "exp": int((now + self._lifetime).timestamp()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str) -> Principal:
        """Return whom the token names; raises `InvalidToken`."""
        try:
            claims = jwt.decode(
                token, self._key, algorithms=[ALGORITHM], issuer=ISSUER, audience=AUDIENCE, options=_CHECKS
            )
            self._require_current(claims)
            return Principal(user_id=UserId(_text(claims, "sub")), email=_text(claims, "email"))
        except (jwt.InvalidTokenError, ValueError) as error:
            raise InvalidToken("This login is not valid. Log in again.") from error

    def _require_current(self, claims: dict[str, Any]) -> None:
        now = self._clock()
        if _moment(claims, "exp") <= now:
            raise InvalidToken("Your login has expired. Log in again.")
        if _moment(claims, "iat") > now + CLOCK_SKEW:
            raise jwt.ImmatureSignatureError("issued in the future")


def _moment(claims: dict[str, Any], name: str) -> datetime:
    value = claims[name]
    if type(value) is not int:
        raise jwt.DecodeError(f"{name} is no whole number of seconds")
    return datetime.fromtimestamp(value, UTC)


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not value:
        raise jwt.DecodeError(f"{name} is no text")
    return value
