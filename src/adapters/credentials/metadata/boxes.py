"""Boxes, of which MP4 files are built (ISO 14496-12): a length, a name of four bytes, and a content."""

import struct
from typing import NamedTuple

from adapters.credentials.metadata.malformed import Malformed

SHORT, LONG = 8, 16
"""Bytes of a head, without and with a length of 64 bits."""


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
    boxes, at = [], 0
    while at < len(content) and content[at:] != b"\0\0\0\0":
        name, begins, length = head_of(content[at : at + LONG], len(content) - at)
        boxes.append(Box(name, content[at + begins : at + length]))
        at += length
    return tuple(boxes)
