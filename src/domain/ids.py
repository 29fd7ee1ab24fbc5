"""Identifiers: opaque to clients; inside the service they sort by time of creation."""

import secrets
import time
from typing import NewType

UserId = NewType("UserId", str)
RequestId = NewType("RequestId", str)
GenerationId = NewType("GenerationId", str)
SurveyId = NewType("SurveyId", str)
MailId = NewType("MailId", str)
SessionId = NewType("SessionId", str)
ErasureId = NewType("ErasureId", str)

ID_LENGTH = 32


def new_id() -> str:
    """Return a UUID version 7 (RFC 9562) as 32 hexadecimal digits; ids sort by millisecond."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = milliseconds << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return f"{value:032x}"
