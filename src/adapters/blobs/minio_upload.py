"""The content of one upload to an S3 server."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

TIME_LIMIT_SECONDS = 30
SLOWEST_BYTES_PER_SECOND = 512 * 1024
"""A server that takes the bytes more slowly than this, after the first `TIME_LIMIT_SECONDS`, counts as stuck."""

_SMALL_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that is ready to be sent; the user of it closes `body`."""

    body: BinaryIO
    size: int
    """Bytes."""
    checksum: str
    """MD5 in base 64, which the oldest S3 servers know too."""

    @property
    def time_limit_seconds(self) -> float:
        """How long the upload may take."""
        return TIME_LIMIT_SECONDS + self.size / SLOWEST_BYTES_PER_SECOND


def open_upload(source: Path) -> Upload:
    """Open a file and compute its checksum; blocks.

    A small file is read into memory at once, because streaming it would take a thread for each chunk.
    """
    file = source.open("rb")
    digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    size, checksum = file.tell(), b64encode(digest.digest()).decode()
    file.seek(0)
    if size > _SMALL_BYTES:
        return Upload(body=file, size=size, checksum=checksum)
    with file:
        return Upload(body=BytesIO(file.read()), size=size, checksum=checksum)
