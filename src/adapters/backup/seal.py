"""The seal at the end of an archive: a digest of all bytes before it, so that no changed or missing byte goes unseen.

It is the last entry of the tar archive. It tells damage, but not who wrote the archive.
"""

import hashlib
import tarfile
from typing import Protocol

NAME = "seal.sha256"
BLOCK = tarfile.BLOCKSIZE
CHUNK_BYTES = 1024 * 1024


class Readable(Protocol):
    """What bytes are read from; none at its end."""

    def read(self, size: int, /) -> bytes:
        """Return bytes, at most so many."""
        ...


class Writable(Protocol):
    """What bytes are written to."""

    def write(self, data: bytes, /) -> object:
        """Take all of the bytes."""
        ...


class SealBroken(Exception):
    """The archive is damaged, or its end is missing."""


def header(name: str, size: int) -> bytes:
    """Return what stands in a tar archive before the content of a file."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")


def padding(size: int) -> bytes:
    """Return what stands after a content of that size, up to a whole block."""
    return b"\0" * (-size % BLOCK)


def _seal(digest: str) -> bytes:
    """Return the entry, and the end of the archive."""
    content = digest.encode()
    return header(NAME, len(content)) + content + padding(len(content)) + b"\0" * (2 * BLOCK)


SEAL_BYTES = len(_seal("0" * 64))


class SealingWriter:
    """Passes on what is written, and seals it at last."""

    def __init__(self, target: Writable) -> None:
        self._target = target
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Pass bytes on."""
        self._digest.update(data)
        self._target.write(data)

    def seal(self) -> None:
        """Write the seal; nothing may be written after it."""
        self._target.write(_seal(self._digest.hexdigest()))


class SealedReader:
    """Reads what stands before the seal."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self._held = bytearray()
        """What was read and not returned; at the end, the seal is left of it."""

    def read(self, size: int) -> bytes:
        """Return as many bytes, or fewer at the end."""
        while len(self._held) < size + SEAL_BYTES and (chunk := self._source.read(CHUNK_BYTES)):
            self._held += chunk
        count = max(0, min(size, len(self._held) - SEAL_BYTES))
        data = bytes(self._held[:count])
        del self._held[:count]
        self._digest.update(data)
        return data

    def check(self) -> None:
        """Read what is left; raises `SealBroken` unless the seal is that of all bytes."""
        while self.read(CHUNK_BYTES):
            pass
        if self._held != _seal(self._digest.hexdigest()):
            raise SealBroken
