"""Signed links of mails."""

import base64
import binascii
import hashlib
import hmac

from adapters.auth.keys import derive_key
from application.errors import InvalidMailLink
from domain.ids import MailId

_ID_BYTES = 16
_TOKEN_LENGTH = (_ID_BYTES + hashlib.sha256().digest_size) * 4 // 3


class HmacMailLinkSigner:
    """Implements `MailLinkSigner` with HMAC-SHA256: id and signature, in 64 characters of URL-safe base 64."""

    def __init__(self, secret: str) -> None:
        self._key = derive_key(secret, "mail-link")

    def sign(self, link_id: MailId) -> str:
        """Return the token of a link."""
        raw = bytes.fromhex(link_id)
        return base64.urlsafe_b64encode(raw + self._signature(raw)).decode()

    def read(self, token: str) -> MailId:
        """Return the id in a token; raises `InvalidMailLink`."""
        if len(token) != _TOKEN_LENGTH:
            raise InvalidMailLink
        try:
            raw = base64.b64decode(token, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidMailLink from error
        link_id, signature = raw[:_ID_BYTES], raw[_ID_BYTES:]
        if not hmac.compare_digest(signature, self._signature(link_id)):
            raise InvalidMailLink
        return MailId(link_id.hex())

    def _signature(self, link_id: bytes) -> bytes:
        return hmac.digest(self._key, link_id, hashlib.sha256)
