"""Conditional requests and byte ranges (RFC 9110, sections 13 and 14)."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from litestar.datastructures import Headers

from entrypoints.http.request_errors import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRange:
    """The part of a file that a response carries; it may be the whole."""

    start: int
    length: int
    size: int
    """Bytes of the whole file."""
    is_partial: bool

    @property
    def content_range(self) -> str:
        """The value of `Content-Range`."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


@dataclass(frozen=True, slots=True)
class Validators:
    """The values by which a client finds out whether its copy of a file is current."""

    size: int
    modified_at: datetime

    @property
    def etag(self) -> str:
        """A strong entity tag: a blob never changes once it is written."""
        return f'"{int(self.modified_at.timestamp() * 1000):x}-{self.size:x}"'

    @property
    def last_modified(self) -> str:
        """The date in the format of HTTP."""
        return format_datetime(self.modified_at.replace(microsecond=0), usegmt=True)


def is_unchanged(headers: Headers, validators: Validators) -> bool:
    """Tell whether the client's copy is current."""
    if (tags := headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or validators.etag in [
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        ]
    return headers.get("if-modified-since") == validators.last_modified


def requested_range(headers: Headers, validators: Validators) -> ByteRange:
    """Return the range that the client asks for, or the whole file.

    Several ranges, other units than bytes, and an `If-Range` that does not hold mean the whole file, as the RFC
    allows. Raises `RangeNotSatisfiable` for a range beyond the end.
    """
    size = validators.size
    whole = ByteRange(start=0, length=size, size=size, is_partial=False)
    requested = _RANGE.fullmatch(headers.get("range", ""))
    condition = headers.get("if-range")
    if requested is None or condition not in (None, validators.etag, validators.last_modified):
        return whole
    first, last = requested.groups()
    if first:
        start, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < start:
            return whole  # an invalid range counts as none
    elif last:
        start, end = max(size - int(last), 0), size - 1
    else:
        return whole
    if start > end:
        raise RangeNotSatisfiable(size)
    return ByteRange(start=start, length=end - start + 1, size=size, is_partial=True)
