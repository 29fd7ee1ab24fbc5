"""Byte ranges and conditions (RFC 9110, sections 13 and 14), for what has one size and one date."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from litestar.datastructures import Headers

from entrypoints.http.refusals import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The part of a blob that an answer carries."""

    start: int
    length: int
    size: int
    """Bytes of the whole."""
    is_partial: bool

    @property
    def content_range(self) -> str:
        """The value of `Content-Range`."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


@dataclass(frozen=True, slots=True)
class Validators:
    """By what a client knows its copy again."""

    size: int
    modified_at: datetime

    @property
    def etag(self) -> str:
        """A strong entity tag: blobs are written once."""
        return f'"{int(self.modified_at.timestamp() * 1000):x}-{self.size:x}"'

    @property
    def last_modified(self) -> str:
        """The date in HTTP's own form."""
        return format_datetime(self.modified_at.replace(microsecond=0), usegmt=True)


def is_unchanged(headers: Headers, validators: Validators) -> bool:
    """Tell whether the client's copy is still good."""
    if (tags := headers.get("if-none-match")) is not None:
        return tags.strip() == "*" or validators.etag in [
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        ]
    return headers.get("if-modified-since") == validators.last_modified


def wanted_slice(headers: Headers, validators: Validators) -> Slice:
    """Return what the client wants: one range where it asks for one, or else the whole.

    Several ranges, other units and conditions that do not hold mean the whole, as the RFC allows. Raises
    `RangeNotSatisfiable` for a range beyond the end.
    """
    size = validators.size
    whole = Slice(start=0, length=size, size=size, is_partial=False)
    wanted = _RANGE.fullmatch(headers.get("range", ""))
    condition = headers.get("if-range")
    if wanted is None or condition not in (None, validators.etag, validators.last_modified):
        return whole
    first, last = wanted.groups()
    if first:
        start, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < start:
            return whole  # not a valid range, so no range at all
    elif last:
        start, end = max(size - int(last), 0), size - 1
    else:
        return whole
    if start > end:
        raise RangeNotSatisfiable(size)
    return Slice(start=start, length=end - start + 1, size=size, is_partial=True)
