"""XMP in PNG: an iTXt chunk of the keyword «XML:com.adobe.xmp» (XMP specification, part 3)."""

import struct
import zlib
from collections.abc import Iterator

from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.pieces import MOST_PIECES, at_most, require_few_claims
from adapters.credentials.metadata.statement import Statement

CREDENTIALS = b"caBX"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"XML:com.adobe.xmp\0"
UNCOMPRESSED = KEYWORD + b"\0\0\0\0"
"""The keyword, no compression, its method, and neither a language nor a translated keyword."""


def require_bounded(picture: bytes) -> None:
    """Raise `Malformed` for a picture that c2pa would read for long."""
    contents = (content for content, _ in at_most(MOST_PIECES, _chunks(picture)))
    require_few_claims([content for content in contents if content.startswith(CREDENTIALS)])


def with_statement(picture: bytes, statement: Statement) -> bytes:
    """Return the picture with the statement behind its header; raises `Malformed`."""
    (_, header), *others = at_most(MOST_PIECES, _chunks(picture))
    kept = [whole for content, whole in others if not content.startswith(b"iTXt" + KEYWORD)]
    if len(kept) < len(others) and not statement.replaces:
        return picture
    return b"".join((SIGNATURE, header, _chunk(b"iTXt" + UNCOMPRESSED + statement.xmp), *kept))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield type and content of each chunk, and the whole chunk; what follows the last one is left out."""
    if not picture.startswith(SIGNATURE):
        raise Malformed("not a PNG")
    at = len(SIGNATURE)
    while True:
        length = int.from_bytes(picture[at : at + 4])
        whole = picture[at : at + 12 + length]
        if len(whole) < 12 + length:
            raise Malformed("a PNG without an end")
        content = whole[4:-4]
        yield content, whole
        at += len(whole)
        if content.startswith(b"IEND"):
            return


def _chunk(content: bytes) -> bytes:
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
