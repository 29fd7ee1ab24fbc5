"""Takes apart files in which several recordings were joined, and corrects sizes that a header claims.

A recorder that pauses may go on with a new header: in Ogg that is allowed (chained streams, RFC 3533), of other files
people join several with simple tools. A recorder that dies leaves the size in its header as it was at the start. FFmpeg
hears only the first of joined recordings, or stops where the codec changes, and believes every size.
"""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from mmap import mmap
from typing import BinaryIO

import numpy as np

from adapters.audio.arrays import Floats

_MOST_PIECES = 200
_MOST_CHUNKS = 1_000

_W64 = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_BEGINNINGS = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rb"OggS\x00[\x02\x03\x06\x07]",  # a page that begins a stream
        rb"(?:RIFF|RF64|BW64)....WAVE",
        rb"FORM....AIF[FC]",
        rb"caff\x00\x01\x00\x00",
        re.escape(_W64),
        rb"\.snd\x00\x00\x00",
        rb"fLaC[\x00\x80]\x00\x00\x22",
        rb"\x1a\x45\xdf\xa3.{1,48}?(?:webm|matroska)",
        rb"\x00\x00\x00[\x08-\x60]ftyp",
        rb"#!AMR(?:-WB)?\n",
        rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF, such as WMA
        rb"FLV\x01[\x01\x04\x05]\x00\x00\x00\x09",
        rb"TTA1[\x01\x03]\x00",
        rb"Creative Voice File\x1a",
        # The first block of WavPack: it begins with sample 0 and is marked as the first one of its channels.
        rb"wvpk.{4}[\x02-\x10]\x04.{6}\0{4}.{5}[\x08-\x0f\x18-\x1f\x28-\x2f\x38-\x3f\x48-\x4f\x58-\x5f]",
    )
]
"""How a recording begins in containers that may have been joined."""


@dataclass(frozen=True, slots=True)
class _Chunks:
    """How a container of uncompressed sound is divided into chunks."""

    magic: bytes
    first: int
    """Where the first chunk begins."""
    data: bytes
    """Identifier of the chunk with the samples."""
    size_format: str
    """Format of the size after the identifier, as in `struct`."""
    alignment: int
    has_size_after_magic: bool = False
    """Whether the magic is followed by the size of all that comes behind it."""
    counts_header: bool = False

    @property
    def header(self) -> int:
        """Bytes of identifier and size."""
        return len(self.data) + struct.calcsize(self.size_format)

    def behind(self, at: int, size: int) -> int:
        """Return where the next chunk begins."""
        return at + self.header + size + -size % self.alignment


_CHUNKED = [
    _Chunks(b"RF64", 12, b"data", "<I", 2, has_size_after_magic=True),
    _Chunks(b"BW64", 12, b"data", "<I", 2, has_size_after_magic=True),
    _Chunks(b"RIFF", 12, b"data", "<I", 2, has_size_after_magic=True),
    _Chunks(b"FORM", 12, b"SSND", ">I", 2, has_size_after_magic=True),
    _Chunks(b"caff", 8, b"data", ">q", 1),
    _Chunks(_W64, 40, b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a", "<Q", 8, counts_header=True),
]
_WITH_LARGE_SIZES = {b"RF64", b"BW64"}
"""Magics of WAV files whose `ds64` chunk has the sizes that do not fit into 32 bits (EBU Tech 3306)."""
_LARGE = 0xFFFFFFFF
_UNCOMPRESSED = {1, 3, 6, 7, 0xFFFE}  # WAVE_FORMAT_PCM, IEEE_FLOAT, ALAW, MULAW, EXTENSIBLE

_LONGEST_STRIDE = 8  # bytes of one frame of samples, up to two channels of 32 bits
_LEAST_CORRELATION = 0.1  # of one sample with the next; what is compressed, encrypted or random has almost 0
_CHECKED_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class _Mended:
    """How a recording is shown to FFmpeg."""

    end: int
    """Where it ends in the file; what stands behind is no part of it."""
    written: dict[int, bytes]
    """What is written over its bytes, by position in the file."""


def pieces_of(file: BinaryIO, content: mmap) -> Iterator[BinaryIO]:
    """Yield the recordings that are joined in a file, each as a file; of most files that is the file itself.

    `content` is the file, mapped into memory.
    """
    starts = _starts(content)
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        mended = _with_true_size(content, start, end)
        if (start, mended.end, mended.written) == (0, len(content), {}):
            yield file
            return
        piece = io.BytesIO(content[start : mended.end])
        for at, data in mended.written.items():
            piece.seek(at - start)
            piece.write(data)
        yield piece


def has_its_beginning(content: mmap) -> bool:
    """Return whether a file begins as a recording does, in a container whose beginning is known here."""
    return _beginning_of(content) is not None


def _beginning_of(content: mmap) -> re.Pattern[bytes] | None:
    return next((beginning for beginning in _BEGINNINGS if beginning.match(content)), None)


def _starts(content: mmap) -> list[int]:
    """Return where the joined recordings begin; the first one begins the file."""
    beginning = _beginning_of(content)
    if beginning is None:
        return [0]
    starts = [match.start() for match in islice(beginning.finditer(content), _MOST_PIECES)]
    if content[:4] == b"OggS":
        # Streams that run side by side, such as sound and pictures, begin one right after the other.
        ends = {_end_of_ogg_page(content, at) for at in starts}
        starts = [at for at in starts if at not in ends]
    return starts


def _end_of_ogg_page(content: mmap, at: int) -> int:
    segments = content[at + 26 : at + 27]
    if not segments:
        return len(content)
    body = at + 27 + segments[0]
    return body + sum(content[at + 27 : body])


def _with_true_size(content: mmap, start: int, end: int) -> _Mended:
    """Correct the size that a recording claims for its samples, and leave out what stands behind them."""
    unchanged = _Mended(end, {})
    if content[start : start + 4] == b".snd":  # FFmpeg reads an AU to its end, but not with a size of 0
        is_unknown = content[start + 8 : start + 12] == b"\0\0\0\0"
        return _Mended(end, {start + 8: b"\xff\xff\xff\xff"}) if is_unknown else unchanged
    kind = next((k for k in _CHUNKED if content[start : start + len(k.magic)] == k.magic), None)
    if kind is None:
        return unchanged
    is_compressed, large = False, 0
    for name, at, claimed in _chunks_of(content, start, end, kind):
        body = at + kind.header
        if name == b"fmt ":
            is_compressed = int.from_bytes(content[body : body + 2], "little") not in _UNCOMPRESSED
        elif name == b"ds64":
            large = int.from_bytes(content[body + 8 : body + 16], "little")
        elif name == kind.data:
            behind = kind.behind(at, large if claimed == _LARGE else claimed)
            if not body < behind <= end:
                return _Mended(end, _sizes(start, at, end, kind))
            if _is_chunk(content, behind, end, kind):
                return unchanged
            goes_on = _goes_on(content[behind:end], is_compressed)
            return _Mended(end, _sizes(start, at, end, kind)) if goes_on else _Mended(behind, {})
    return unchanged


def _chunks_of(content: mmap, start: int, end: int, kind: _Chunks) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name, the position and the claimed size of each chunk, up to one whose size is not known."""
    at = start + kind.first
    for _ in range(_MOST_CHUNKS):
        if at + kind.header > end:
            return
        claimed = _size_at(content, at, kind)
        yield content[at : at + len(kind.data)], at, claimed
        if claimed <= 0:
            return
        at = kind.behind(at, claimed)


def _sizes(start: int, data_chunk: int, end: int, kind: _Chunks) -> dict[int, bytes]:
    """Return the sizes of a recording whose samples go on to its end."""
    size = end - data_chunk if kind.counts_header else end - data_chunk - kind.header
    sizes = {data_chunk + len(kind.data): struct.pack(kind.size_format, size)}
    if kind.has_size_after_magic:
        sizes[start + 4] = struct.pack(kind.size_format, end - start - 8)
    if kind.magic in _WITH_LARGE_SIZES:
        sizes[start] = b"RIFF"
    return sizes


def _size_at(content: mmap, at: int, kind: _Chunks) -> int:
    """Return how many bytes a chunk claims to have after its header."""
    size = int(struct.unpack(kind.size_format, content[at + len(kind.data) : at + kind.header])[0])
    return size - kind.header if kind.counts_header else size


def _is_chunk(content: mmap, at: int, end: int, kind: _Chunks) -> bool:
    if at + kind.header > end:
        return True
    name = content[at : at + 4]
    return name.isascii() and name.decode().isprintable() and 0 <= _size_at(content, at, kind) <= end - at


def _goes_on(data: bytes, is_compressed: bool) -> bool:
    """Return whether the sound goes on in the bytes behind it; nothing but zeros, and text, are no sound."""
    data = data.lstrip(b"\0")
    if not data or (not data.count(0) and _is_text(data[:4_000])):
        return False
    return is_compressed or _looks_like_samples(data)


def _looks_like_samples(data: bytes) -> bool:
    """Return whether bytes are uncompressed samples: each is then close to the next one of its channel."""
    values = np.frombuffer(data[:_CHECKED_BYTES], dtype=np.int8).astype(float)
    return any(
        _correlation(values[place::stride]) > _LEAST_CORRELATION
        for stride in range(1, _LONGEST_STRIDE + 1)
        for place in range(stride)
    )


def _is_text(data: bytes) -> bool:
    try:
        data[:-4].decode()  # a character has at most four bytes, the last one may be cut
    except UnicodeDecodeError as error:
        return error.start >= len(data) - 8
    return True


def _correlation(values: Floats) -> float:
    """Return the correlation of each value with the next; 0 where the values do not vary."""
    values = values - values.mean() if len(values) else values
    power = float(values @ values)
    return float(values[1:] @ values[:-1]) / power if power > 0 else 0.0
