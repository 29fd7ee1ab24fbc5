"""Digests of calls."""

import hashlib
import hmac

from adapters.auth.keys import derive_key


class HmacCallDigests:
    """Implements `CallDigests` with HMAC-SHA256: a call may hold a password, which a plain hash would let one guess."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "keyed call")

    def __call__(self, *parts: bytes) -> str:
        """Sign each part after its length, so that no two lists of parts are one text."""
        signed = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in parts:
            signed.update(len(part).to_bytes(8, "big"))
            signed.update(part)
        return signed.hexdigest()
