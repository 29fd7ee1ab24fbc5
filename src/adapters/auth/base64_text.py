"""Bytes as URL-safe text: base 64 without padding."""

import base64
import binascii


def encode(raw: bytes) -> str:
    """Return the one spelling of these bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes | None:
    """Return the bytes of a text; None for any spelling other than the one that `encode` returns."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if encode(raw) == text else None
