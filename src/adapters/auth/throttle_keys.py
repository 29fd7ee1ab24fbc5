"""Keys of throttles."""

import hashlib
import hmac

from adapters.auth.keys import derive_key


class HmacThrottleKeys:
    """Implements `ThrottleKeys` with HMAC-SHA256: addresses are personal data, and few enough to try a plain hash."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "throttle")

    def __call__(self, kind: str, *values: str) -> str:
        """Sign kind and values; none of them holds a NUL, which stands between them."""
        return hmac.new(self._key, "\x00".join((kind, *values)).encode(), hashlib.sha256).hexdigest()
