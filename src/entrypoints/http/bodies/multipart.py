"""Multipart forms (RFC 7578), read as they arrive."""

from collections.abc import AsyncIterator
from typing import Protocol

from multipart import (  # type: ignore[import-untyped]
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from domain.errors import InvalidValue
from entrypoints.http.request_errors import MalformedBody

FILE_FIELD = "file"
MOST_PARTS = 100
LARGEST_TEXT = 64 * 1024
TEXT_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class FileSink(Protocol):
    """Takes the bytes of an uploaded file."""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes; raises `RequestRefused` when they are too many."""
        ...


async def read_multipart(
    chunks: AsyncIterator[bytes], boundary: str, wanted: frozenset[str], file: FileSink | None = None
) -> dict[str, str]:
    """Return the wanted text fields; the part named `file` goes to the sink, if there is one. Other parts are skipped.

    Raises `MalformedBody`, and `InvalidValue` for a part that cannot be used.
    """
    form = _MultipartForm(wanted, file)
    try:
        with PushMultipartParser(boundary, max_segment_count=MOST_PARTS) as parser:
            async for chunk in chunks:
                for event in parser.parse(chunk):
                    if isinstance(event, MultipartSegment):
                        form.begin_part(event)
                    elif event is None:
                        form.end_part()
                    else:
                        await form.add(bytes(event))
    except MultipartError as error:
        raise MalformedBody("The form is malformed or was cut off.") from error
    if file is not None and FILE_FIELD not in form.seen:
        raise InvalidValue(FILE_FIELD, f"«{FILE_FIELD}» is missing: send the recording.")
    return form.fields


class _MultipartForm:
    """The fields that were read so far, and the part that is being read."""

    def __init__(self, wanted: frozenset[str], file: FileSink | None) -> None:
        self.fields: dict[str, str] = {}
        self.seen: set[str] = set()
        self._wanted = wanted
        self._file = file
        self._name = ""
        self._text: bytearray | None = None
        self._sink: FileSink | None = None

    def begin_part(self, part: MultipartSegment) -> None:
        """Begin a part; raises `InvalidValue` for one that cannot be used."""
        self._name = name = part.name or ""
        self._text = self._sink = None
        is_file = part.filename is not None
        if name == FILE_FIELD and self._file is not None:
            if not is_file:
                raise InvalidValue(name, f"«{name}» must be a file.")
            self._sink = self._file
        elif name in self._wanted:
            if is_file:
                raise InvalidValue(name, f"«{name}» must be text, not a file.")
            if (part.charset or "utf-8").lower() not in TEXT_CHARSETS:
                raise InvalidValue(name, f"«{name}» must be UTF-8.")
            self._text = bytearray()
        else:
            return
        if name in self.seen:
            raise InvalidValue(name, f"Send «{name}» once.")
        self.seen.add(name)

    async def add(self, content: bytes) -> None:
        """Add some content to the part."""
        if self._sink is not None:
            await self._sink.write(content)
        elif self._text is not None:
            self._text += content
            if len(self._text) > LARGEST_TEXT:
                raise InvalidValue(self._name, f"«{self._name}» is too long.")

    def end_part(self) -> None:
        """End the part."""
        if self._text is not None:
            try:
                self.fields[self._name] = self._text.decode()
            except UnicodeDecodeError as error:
                raise InvalidValue(self._name, f"«{self._name}» must be UTF-8.") from error
