"""The files of the pages."""

import hashlib
from dataclasses import dataclass
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
}
"""The media type of each kind of file; Litestar adds the charset to those of text."""
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A page loads from its own origin only, runs no script in its text, and sends forms by its scripts only."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file, in memory: what is asked for can be no other one."""

    content: bytes
    media_type: str

    @classmethod
    def read(cls, name: str) -> "StaticFile":
        """Return a file of the folder `static`."""
        path = STATIC / name
        return cls(path.read_bytes(), MEDIA_TYPES[path.suffix])

    @property
    def etag(self) -> str:
        """A tag that changes with the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    def answer(self, headers: Headers) -> Response[Any]:
        """Return the file, or 304 for a client whose copy is current; clients must ask each time."""
        fields = {"Cache-Control": "no-cache", "ETag": self.etag, "Content-Security-Policy": CONTENT_POLICY}
        tags = [tag.strip().removeprefix("W/") for tag in headers.get("if-none-match", "").split(",")]
        if self.etag in tags:
            return Response(None, status_code=304, headers=fields)
        return Response(self.content, media_type=self.media_type, headers=fields)
