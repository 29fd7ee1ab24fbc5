"""Signed media links."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from adapters.auth.base64_text import decode, encode
from adapters.auth.keys import derive_key
from application.errors import InvalidLink
from application.ports.auth import MediaGrant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SIGNATURE_LENGTH = hashlib.sha256().digest_size


class HmacMediaSigner:
    """Implements `MediaSigner` with HMAC-SHA256: signature and grant, in URL-safe base 64 without padding.

    The owner of a link can read the grant, including the blob key, but cannot change it.
    """

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "media-link")

    def sign(self, grant: MediaGrant) -> str:
        """Return the token of a grant; the same grant gives the same token."""
        microseconds = (grant.expires_at - _EPOCH) // _MICROSECOND
        payload = f"{microseconds}\n{grant.media_type}\n{grant.key}".encode()
        return encode(self._signature(payload) + payload)

    def read(self, token: str, now: datetime) -> MediaGrant:
        """Return the grant of a token; raises `InvalidLink`."""
        raw = decode(token)
        if raw is None:
            raise InvalidLink
        signature, payload = raw[:_SIGNATURE_LENGTH], raw[_SIGNATURE_LENGTH:]
        if not hmac.compare_digest(signature, self._signature(payload)):
            raise InvalidLink
        microseconds, media_type, key = payload.decode().split("\n", 2)
        expires_at = _EPOCH + int(microseconds) * _MICROSECOND
        if expires_at <= now:
            raise InvalidLink
        return MediaGrant(key=key, media_type=media_type, expires_at=expires_at)

    def _signature(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)
