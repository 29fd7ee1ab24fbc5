"""XMP in WebP: a chunk «XMP », which the extended header announces (RFC 9649)."""

import io
import struct
from collections.abc import Iterator

from PIL import Image

from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.pieces import MOST_PIECES, at_most, require_few_claims
from adapters.credentials.metadata.statement import Statement

EXTENDED, XMP, CREDENTIALS = b"VP8X", b"XMP ", b"C2PA"
OF_CHUNKS = frozenset((b"RIFF", b"LIST", b"seqt"))
"""What consists of chunks in other files of this kind (RIFF); c2pa would read them all."""
HAS_XMP, HAS_ALPHA = 0x04, 0x10
EXTENDED_LENGTH = 10


def require_bounded(picture: bytes) -> None:
    """Raise `Malformed` for a picture that c2pa would read for long."""
    chunks = list(at_most(MOST_PIECES, _chunks(picture)))
    if any(name in OF_CHUNKS for name, _ in chunks):
        raise Malformed("a WebP with chunks in chunks")
    require_few_claims([content for name, content in chunks if name == CREDENTIALS])


def with_statement(picture: bytes, statement: Statement) -> bytes:
    """Return the picture, which may be animated, with the statement at its end; raises `Malformed`."""
    chunks = list(at_most(MOST_PIECES, _chunks(picture)))
    if not chunks:
        raise Malformed("an empty WebP")
    if chunks[0][0] != EXTENDED:
        chunks.insert(0, (EXTENDED, _extended_header(picture)))
    kept = [(name, content) for name, content in chunks if name != XMP]
    if len(kept) < len(chunks) and not statement.replaces:
        return picture
    header = kept[0][1]
    if len(header) < EXTENDED_LENGTH:
        raise Malformed("a WebP with a broken header")
    kept[0] = EXTENDED, bytes((header[0] | HAS_XMP,)) + header[1:]
    body = b"WEBP" + b"".join(_chunk(name, content) for name, content in (*kept, (XMP, statement.xmp)))
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _extended_header(picture: bytes) -> bytes:
    """Return the header for a picture of the simple form: flags, then width and height, each less one, in 24 bits."""
    try:
        with Image.open(io.BytesIO(picture), formats=["WEBP"]) as opened:
            (width, height), has_alpha = opened.size, "A" in opened.mode
    except OSError as error:  # Pillow's, of bytes in memory: no disk has failed
        raise Malformed("a WebP without a picture") from error
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes((HAS_ALPHA if has_alpha else 0, 0, 0, 0)) + sides


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the content of each chunk, without the byte that evens its length."""
    if picture[:4] != b"RIFF" or picture[8:12] != b"WEBP":
        raise Malformed("not a WebP")
    at, end = 12, min(len(picture), 8 + int.from_bytes(picture[4:8], "little"))
    while at + 8 <= end:
        length = int.from_bytes(picture[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise Malformed("a WebP that breaks off")
        yield picture[at : at + 4], picture[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
