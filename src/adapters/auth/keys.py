"""Separate signing keys from one secret."""

import hashlib
import hmac


def derive_key(secret: str, purpose: str) -> bytes:
    """Return 32 bytes for one purpose; a signature made for one purpose is never valid for another.

    This is one HMAC block, as HKDF-Expand (RFC 5869) computes it for a key of the hash's own length.
    """
    return hmac.digest(secret.encode(), f"voice2face/{purpose}\x01".encode(), hashlib.sha256)
