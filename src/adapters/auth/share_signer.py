"""Signed shares."""

import hashlib
import hmac
import struct
from datetime import UTC, datetime, timedelta

from adapters.auth.base64_text import decode, encode
from adapters.auth.keys import derive_key
from application.errors import InvalidShare
from application.ports.auth import Share
from domain.ids import GenerationId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_PAYLOAD = struct.Struct(">16sQ")
_SIGNATURE_LENGTH = hashlib.sha256().digest_size


class HmacShareSigner:
    """Implements `ShareSigner` with HMAC-SHA256: signature, id and seconds, in URL-safe base 64 without padding."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "share")

    def sign(self, share: Share) -> str:
        """Return the token of a share."""
        seconds = (share.expires_at - _EPOCH) // _SECOND
        payload = _PAYLOAD.pack(bytes.fromhex(share.generation_id), seconds)
        return encode(self._signature(payload) + payload)

    def read(self, token: str, now: datetime) -> Share:
        """Return the share of a token; raises `InvalidShare`."""
        raw = decode(token) or b""
        signature, payload = raw[:_SIGNATURE_LENGTH], raw[_SIGNATURE_LENGTH:]
        if not hmac.compare_digest(signature, self._signature(payload)):
            raise InvalidShare
        generation_id, seconds = _PAYLOAD.unpack(payload)
        expires_at = _EPOCH + seconds * _SECOND
        if expires_at <= now:
            raise InvalidShare
        return Share(generation_id=GenerationId(generation_id.hex()), expires_at=expires_at)

    def _signature(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)
