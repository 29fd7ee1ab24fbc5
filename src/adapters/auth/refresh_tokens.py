"""Signed refresh tokens."""

import base64
import hashlib
import hmac
import re

from adapters.auth.keys import derive_key
from application.errors import InvalidToken
from application.ports.auth import Refresh
from domain.ids import SessionId, UserId

_TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})\.(0|[1-9][0-9]{0,9})\.[\w-]{43}", re.ASCII)


class HmacRefreshTokens:
    """Implements `RefreshTokens` with HMAC-SHA256: user, session, number and signature, with dots between them.

    The database alone is not enough to make one, and each has one spelling.
    """

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "refresh")

    def issue(self, refresh: Refresh) -> str:
        """Sign a refresh; the same refresh gives the same token."""
        facts = f"{refresh.user_id}.{refresh.session_id}.{refresh.number}"
        signature = hmac.digest(self._key, facts.encode(), hashlib.sha256)
        return f"{facts}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def read(self, token: str) -> Refresh:
        """Return what was signed, by comparing the token with the one that would be issued."""
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise InvalidToken("This login is not valid. Log in again.")
        user_id, session_id, number = found.groups()
        refresh = Refresh(user_id=UserId(user_id), session_id=SessionId(session_id), number=int(number))
        if not hmac.compare_digest(token, self.issue(refresh)):
            raise InvalidToken("This login is not valid. Log in again.")
        return refresh
