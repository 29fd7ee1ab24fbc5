"""Boxes, of which MP4 files are built (ISO 14496-12): a length, a name of four bytes, and a content."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.pieces import MOST_BOXES, at_most

SHORT, LONG = 8, 16
"""Bytes of a head, without and with a length of 64 bits."""
DEEPEST = 16
"""How many boxes may stand around one."""
END = b"\0\0\0\0"
ITEM_PLACES = b"iloc"
"""Films have no items. c2pa visits all extents of all of them, and ten bytes may name 65,535 that have no content."""


class Box(NamedTuple):
    """A box in memory."""

    name: bytes
    content: bytes


def box(name: bytes, content: bytes) -> bytes:
    """Return a box as bytes; raises `Malformed` for more content than a short length can tell."""
    try:
        return struct.pack(">I4s", SHORT + len(content), name) + content
    except struct.error as error:
        raise Malformed("an MP4 with a huge box") from error


def head_of(head: bytes, room: int) -> tuple[bytes, int, int]:
    """Return a box's name, where its content begins, and its whole length, from its first 16 bytes or more.

    `room` is how long it can be at most; raises `Malformed`.
    """
    if len(head) < SHORT:
        raise Malformed("an MP4 that breaks off")
    length, name, begins = int.from_bytes(head[:4]), head[4:8], SHORT
    if length == 1:
        length, begins = int.from_bytes(head[8:LONG]), LONG
    elif length == 0:  # to the end
        length = room
    if not begins <= length <= room:
        raise Malformed("an MP4 whose boxes overlap")
    return name, begins, length


def boxes_in(content: bytes) -> tuple[Box, ...]:
    """Return the boxes that a content consists of; four zeros may follow the last one."""
    return tuple(at_most(MOST_BOXES, _boxes(content)))


def require_few(content: bytes, within: frozenset[bytes], depth: int = 0) -> int:
    """Return how many boxes a content has on all levels; raises `Malformed` for too many, or too deep ones.

    `within` names those that consist of boxes. The content of a `meta` box begins with a version and flags.
    """
    if depth > DEEPEST:
        raise Malformed("an MP4 with boxes in boxes in boxes")
    count = 0
    for name, inner in boxes_in(content):
        count += 1
        if name == ITEM_PLACES:
            raise Malformed("an MP4 with items")
        if name in within:
            count += require_few(_without_flags(inner) if name == b"meta" else inner, within, depth + 1)
        if count > MOST_BOXES:
            raise Malformed(f"an MP4 of more than {MOST_BOXES} boxes")
    return count


def _without_flags(meta: bytes) -> bytes:
    """Return the boxes of a `meta` box: QuickTime's has neither version nor flags, and begins with its handler."""
    return meta if meta[4:8] == b"hdlr" else meta[4:]


def _boxes(content: bytes) -> Iterator[Box]:
    at = 0
    while at < len(content):
        if len(content) - at == len(END) and content.endswith(END):
            return
        name, begins, length = head_of(content[at : at + LONG], len(content) - at)
        yield Box(name, content[at + begins : at + length])
        at += length
