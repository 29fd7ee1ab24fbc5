"""The files of the pages."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from litestar import Response
from litestar.datastructures import Headers

STATIC = Path(__file__).parent / "static"
MEDIA_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain",
}
"""The media type of each kind of file; Litestar adds the charset to those of text."""
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".webmanifest", ".txt"}
"""The kinds of files that are worth compressing."""

_COMMENT = re.compile(rb"^[ \t]*(?://[^\n]*|/\*(?:(?!\*/).)*\*/)[ \t]*$", re.MULTILINE | re.DOTALL)
"""A comment that has its lines to itself."""

ASK_AGAIN = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    """A file, in memory: what is asked for can be no other one."""

    content: bytes
    media_type: str
    is_compressed: bool = False

    @cached_property
    def etag(self) -> str:
        """A tag that changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    @cached_property
    def gzipped(self) -> bytes:
        """The content, compressed once."""
        return gzip.compress(self.content, 9, mtime=0)

    def answer(self, headers: Headers, fields: Mapping[str, str], status: int = 200) -> Response[Any]:
        """Return the file, compressed for a client that takes it, or 304 for one whose copy is current."""
        fields = {"Vary": "Accept-Encoding", **fields, "ETag": self.etag}
        tags = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
        if status == 200 and self.etag in tags:
            return Response(None, status_code=304, headers=fields)
        content = self.content
        if self.is_compressed and accepts_gzip(headers.get("accept-encoding", "")):
            content, fields = self.gzipped, {**fields, "Content-Encoding": "gzip", "ETag": f"W/{self.etag}"}
        return Response(content, status_code=status, media_type=self.media_type, headers=fields)

    @classmethod
    def read(cls, name: str) -> "StaticFile":
        """Return a file of the folder `static`; scripts and styles without their comments."""
        path = STATIC / name
        content = path.read_bytes()
        if path.suffix in {".js", ".css"}:
            content = without_comments(content)
        return cls(content, MEDIA_TYPES[path.suffix], path.suffix in COMPRESSED)


def without_comments(code: bytes) -> bytes:
    """Leave out the comments that have lines to themselves, a fifth of what is sent; the lines keep their numbers."""
    return _COMMENT.sub(lambda comment: b"\n" * comment[0].count(b"\n"), code)


def accepts_gzip(accepted: str) -> bool:
    """Tell whether a field `Accept-Encoding` names gzip, and does not refuse it (RFC 9110, section 12.5.3)."""
    return any(
        re.fullmatch(r"gzip(\s*;\s*q=(0\.\d*[1-9]\d*|1(\.0*)?))?", part.strip(), re.IGNORECASE)
        for part in accepted.split(",")
    )
