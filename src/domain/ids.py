"""Identifiers: opaque to clients; inside the service they sort by time of creation."""

import secrets
import time
from typing import NewType

UserId = NewType("UserId", str)
RequestId = NewType("RequestId", str)
GenerationId = NewType("GenerationId", str)
SurveyId = NewType("SurveyId", str)
MailId = NewType("MailId", str)
ConsentId = NewType("ConsentId", str)
SessionId = NewType("SessionId", str)
ErasureId = NewType("ErasureId", str)

ID_LENGTH = 32


def new_id() -> str:
    """Return a UUID version 7 (RFC 9562) as 32 hexadecimal digits; ids sort by the moment in which they were made.

    It is exact to a quarter of a microsecond: the 12 bits after the milliseconds hold the fraction (section 6.2, method
    3). The other 62 bits are random.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    value = milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return f"{value:032x}"
