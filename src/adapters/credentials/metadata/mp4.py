"""A comment and XMP in MP4: an item list in the index (`moov`), and a `uuid` box (XMP specification, part 3).

The index tells where in the file each piece of picture and sound lies; these places move when the index grows.
"""

import shutil
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import IO

from adapters.credentials.metadata.boxes import END, ITEM_PLACES, Box, box, boxes_in, head_of, require_few
from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.pieces import MOST_BOXES, at_most, require_few_claims
from adapters.credentials.metadata.statement import Statement

CREDENTIALS_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
COMMENT = b"\xa9cmt"
LARGEST_INDEX = 8 * 1024 * 1024
"""Bytes of all boxes that consist of boxes: an hour of 60 frames a second needs less than three million."""
MOST_EXCEPTIONS = 64 * 1024 * 1024
"""The boxes of a film times the bytes of its own credentials. These may except boxes from what they cover, in some ten
bytes all of a name, and c2pa lists them with 76 bytes for each."""
OF_BOXES = frozenset(
    (
        *(b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"udta", b"meta", b"ilst"),
        *(b"tref", b"treg", b"mvex", b"moof", b"traf", b"mfra", b"sinf", b"schi"),
    )
)
"""The boxes that consist of boxes, to c2pa or to this module."""
TO_THE_PLACES = frozenset((b"trak", b"mdia", b"minf", b"stbl"))
"""The boxes on the way from the index to its lists of places."""
PLACES = {b"stco": "I", b"co64": "Q"}
"""The lists of places, and how each writes one."""
ITEMS = b"mdir"
"""The kind of a `meta` box whose items have names of four characters."""

Move = Callable[[int], int]
"""Returns where a byte of the file is going to be."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A box of the outermost level, as a range of the file."""

    name: bytes
    start: int
    end: int
    kind: bytes
    """Of a `uuid` box what it is for, else nothing."""

    @property
    def is_xmp(self) -> bool:
        return self.kind == XMP_BOX


def require_bounded(film: Path) -> None:
    """Raise `Malformed` for a film that c2pa would read for long; also `OSError`."""
    with film.open("rb") as source:
        parts = list(at_most(MOST_BOXES, _parts(source)))
        count = _require_few(source, parts)
        own = [part for part in parts if part.kind == CREDENTIALS_BOX]
        if count * sum(part.end - part.start for part in own) > MOST_EXCEPTIONS:
            raise Malformed("an MP4 of many boxes, with large credentials of its own")
        require_few_claims(_read(source, part) for part in own)


def write_with_statement(film: Path, target: Path, statement: Statement) -> None:
    """Write the film with the statement; raises `Malformed` and `OSError`.

    Only the XMP is written where the film keeps what it says, and where it is in fragments, each with its own index.
    """
    with film.open("rb") as source, target.open("wb") as written:
        parts = list(at_most(MOST_BOXES, _parts(source)))
        _require_few(source, parts)
        if [part.name for part in parts].count(b"moov") != 1:
            raise Malformed("an MP4 without an index, or with several")
        if not statement.replaces and any(part.is_xmp for part in parts):
            shutil.copyfileobj(source, written)
            return
        kept = [part for part in parts if not part.is_xmp]
        in_fragments = any(part.name == b"moof" for part in parts)
        if statement.replaces and not in_fragments:
            _copy_with_comment(source, written, kept, statement.sentence)
        else:
            for part in kept:
                _copy(source, written, part)
        written.write(box(b"uuid", XMP_BOX + statement.xmp))


def _parts(source: IO[bytes]) -> Iterator[_Part]:
    """Yield the outermost boxes, and leave the file at its beginning; four zeros may follow the last one."""
    whole = source.seek(0, 2)
    at = 0
    while at < whole:
        source.seek(at)
        head = source.read(32)
        if head == END:
            break
        name, content, length = head_of(head, whole - at)
        yield _Part(name, at, at + length, head[content : content + len(XMP_BOX)] if name == b"uuid" else b"")
        at += length
    source.seek(0)


def _require_few(source: IO[bytes], parts: Sequence[_Part]) -> int:
    """Return how many boxes a film has, and leave the file at its beginning.

    Raises `Malformed` for a film whose boxes others would count for minutes.
    """
    count, size = len(parts), 0
    for part in parts:
        if part.name == ITEM_PLACES:
            raise Malformed("an MP4 with items")
        if part.name in OF_BOXES:
            size += part.end - part.start
            if size > LARGEST_INDEX:
                raise Malformed("an MP4 with a huge index")
            # The box itself is among those that are found.
            count += require_few(_read(source, part), OF_BOXES) - 1
        if count > MOST_BOXES:
            raise Malformed(f"an MP4 of more than {MOST_BOXES} boxes")
    source.seek(0)
    return count


def _read(source: IO[bytes], part: _Part) -> bytes:
    source.seek(part.start)
    return source.read(part.end - part.start)


def _copy(source: IO[bytes], written: IO[bytes], part: _Part) -> None:
    """Copy a box; one that goes on to the end of the file gets its length, since others may follow now."""
    source.seek(part.start)
    left = part.end - part.start
    head = source.read(8)
    if head.startswith(b"\0\0\0\0"):
        if left >= 1 << 32:
            raise Malformed("an MP4 with a huge box without a length")
        head = struct.pack(">I", left) + head[4:]
    written.write(head)
    left -= len(head)
    while left:
        piece = source.read(min(left, 1024 * 1024))
        if not piece:
            raise Malformed("an MP4 that breaks off")
        written.write(piece)
        left -= len(piece)


def _copy_with_comment(source: IO[bytes], written: IO[bytes], parts: Sequence[_Part], comment: str) -> None:
    """Copy the boxes; the index gets a comment, and new places for all that moves."""
    (index,) = (part for part in parts if part.name == b"moov")
    ((_, content),) = boxes_in(_read(source, index))
    content = _changed(content, b"udta", lambda udta: _changed(udta, b"meta", lambda m: _said(m, comment)))
    sizes = [len(box(b"moov", content)) if part is index else part.end - part.start for part in parts]
    starts = (0, *accumulate(sizes))

    ends = [part.end for part in parts]

    def moved(place: int) -> int:
        number = bisect_right(ends, place)
        if number == len(parts) or place < parts[number].start:
            raise Malformed("an MP4 whose index points out of it")
        return place - parts[number].start + starts[number]

    for part in parts:
        if part is index:
            written.write(box(b"moov", _with_places(content, moved)))
        else:
            _copy(source, written, part)


def _changed(content: bytes, name: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return the boxes with another content of the one of a name, which comes last where there is none."""
    boxes = boxes_in(content)
    old = next((inner for found, inner in boxes if found == name), b"")
    others = [Box(found, inner) for found, inner in boxes if found != name]
    return b"".join(box(found, inner) for found, inner in (*others, Box(name, change(old))))


def _said(meta: bytes, comment: str) -> bytes:
    """Return the content of a `meta` box with a comment; a box of another kind makes room for one with items."""
    flags = b"\0\0\0\0"
    inner = boxes_in(meta[len(flags) :]) if meta[: len(flags)] == flags else ()
    if not any(name == b"hdlr" and content[8:12] == ITEMS for name, content in inner):
        inner = (Box(b"hdlr", struct.pack(">II4s4sIIB", 0, 0, ITEMS, b"appl", 0, 0, 0)),)
    text = struct.pack(">II", 1, 0) + comment.encode()  # UTF-8, in any language
    within = b"".join(box(name, content) for name, content in inner)
    return flags + _changed(
        within, b"ilst", lambda items: _changed(items, COMMENT, lambda _: box(b"data", text))
    )


def _with_places(content: bytes, moved: Move) -> bytes:
    """Return the boxes of an index with all its places moved; their sizes stay."""
    return b"".join(
        box(
            name,
            _with_places(inner, moved)
            if name in TO_THE_PLACES
            else _moved_places(name, inner, moved)
            if name in PLACES
            else inner,
        )
        for name, inner in boxes_in(content)
    )


def _moved_places(name: bytes, content: bytes, moved: Move) -> bytes:
    """Return a list of places: flags and a count, then one number for each piece."""
    try:
        count = int.from_bytes(content[4:8])
        form = f">{count}{PLACES[name]}"
        places = struct.unpack_from(form, content, 8)
        return content[:8] + struct.pack(form, *map(moved, places))
    except struct.error as error:
        raise Malformed("an MP4 with a broken list of places") from error
