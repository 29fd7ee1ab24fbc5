"""XMP in JPEG: an APP1 segment that begins with the name of its namespace (XMP specification, part 3)."""

import struct

from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.pieces import MOST_PIECES, require_few_claims
from adapters.credentials.metadata.statement import Statement

START, SCAN, APP0, APP1, APP11 = b"\xff\xd8", 0xDA, 0xE0, 0xE1, 0xEB
BOX_NUMBER = slice(6, 8)
"""Where a segment tells which box it is a part of (JPEG systems, ISO 19566-5)."""
NAMESPACE = b"http://ns.adobe.com/xap/1.0/\0"
EXIF = b"Exif\0\0"


def require_bounded(picture: bytes) -> None:
    """Raise `Malformed` for a picture that c2pa would read for long, or not as a whole.

    What follows the first scan it does not read. Whatever lies between the first and the last segment of credentials it
    leaves out of the hash, so anyone could put something there, such as a picture's orientation or colours.
    """
    segments, _ = _segments(picture)
    places = [place for place, segment in enumerate(segments) if segment[1] == APP11]
    credentials = [segments[place] for place in places]
    require_few_claims(credentials)
    if places and places[-1] - places[0] >= len(places):
        raise Malformed("a JPEG with other segments between those of its credentials")
    if len({segment[BOX_NUMBER] for segment in credentials}) > 1:
        raise Malformed("a JPEG with more in its segments of credentials than one box")


def with_statement(picture: bytes, statement: Statement) -> bytes:
    """Return the picture with the statement behind its first segments; raises `Malformed`."""
    segments, scan = _segments(picture)
    kept = [segment for segment in segments if not segment[4:].startswith(NAMESPACE)]
    if len(kept) < len(segments) and not statement.replaces:
        return picture
    # JFIF and Exif each demand to be the first segment.
    first = sum(1 for segment in kept if segment[1] == APP0 or segment[4:].startswith(EXIF))
    kept.sort(key=lambda segment: not (segment[1] == APP0 or segment[4:].startswith(EXIF)))
    content = NAMESPACE + statement.xmp
    own = struct.pack(">BBH", 0xFF, APP1, len(content) + 2) + content
    return b"".join((START, *kept[:first], own, *kept[first:], picture[scan:]))


def _segments(picture: bytes) -> tuple[list[bytes], int]:
    """Return the segments before the first scan, each with its marker, and where that scan begins."""
    if not picture.startswith(START):
        raise Malformed("not a JPEG")
    segments: list[bytes] = []
    at = len(START)
    while True:
        while picture[at : at + 2] == b"\xff\xff":  # fill bytes
            at += 1
        head = picture[at : at + 4]
        if len(head) < 4 or head[0] != 0xFF:
            raise Malformed("a JPEG without a scan")
        if head[1] == SCAN:
            return segments, at
        end = at + 2 + int.from_bytes(head[2:])
        if end > len(picture) or end < at + 4:
            raise Malformed("a JPEG that breaks off")
        segments.append(picture[at:end])
        if len(segments) > MOST_PIECES:
            raise Malformed(f"a JPEG of more than {MOST_PIECES} segments")
        at = end
