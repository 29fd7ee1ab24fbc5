"""Archives that are written while they are sent: every kind of reader can read them."""

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import pytest

from entrypoints.http.responses.zip_stream import ZipStream

MOMENT = datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)
SOUND = bytes(range(256)) * 2000
TEXT = "목소리 🎬\n".encode() * 500
HEADER = struct.Struct("<4sHHHHHIIIHH")
DESCRIPTOR = struct.Struct("<4sIII")


def written() -> bytes:
    """Return an archive that was taken in pieces."""
    pieces = []
    with ZipStream() as archive:
        with archive.entry("recordings/1.flac", MOMENT, compressed=False) as entry:
            for start in range(0, len(SOUND), 1000):
                entry.write(SOUND[start : start + 1000])
                if archive.waiting_bytes > 5000:
                    pieces.append(archive.take())
        with archive.entry("empty.bin", MOMENT, compressed=False):
            pass
        with archive.entry("data.json", MOMENT, compressed=True) as entry:
            entry.write(TEXT)
        pieces.append(archive.end())
    assert len(pieces) > 10
    return b"".join(pieces)


def entries_of(stream: bytes) -> Iterator[tuple[str, bytes]]:
    """Read entry after entry without the directory at the end, as a reader of a stream does."""
    place = 0
    while stream[place : place + 4] == b"PK\x03\x04":
        _, _, flags, method, *_, name_length, extra = HEADER.unpack_from(stream, place)
        assert flags & 8, "sizes come behind the content"
        assert method == 8, "what is stored has no end that a reader could see"
        start = place + HEADER.size
        inflater = zlib.decompressobj(-15)
        content = inflater.decompress(stream[start + name_length + extra :])
        assert inflater.eof
        place = len(stream) - len(inflater.unused_data)
        assert DESCRIPTOR.unpack_from(stream, place)[1] == zlib.crc32(content)
        place += DESCRIPTOR.size
        yield stream[start : start + name_length].decode(), content


def test_an_archive_holds_what_was_written_to_it() -> None:
    archive = ZipFile(BytesIO(written()))
    assert archive.testzip() is None
    assert archive.namelist() == ["recordings/1.flac", "empty.bin", "data.json"]
    assert archive.read("recordings/1.flac") == SOUND
    assert archive.read("data.json") == TEXT


def test_an_archive_can_be_read_from_a_stream() -> None:
    assert dict(entries_of(written())) == {"recordings/1.flac": SOUND, "empty.bin": b"", "data.json": TEXT}


def test_media_are_not_compressed_again_and_text_is() -> None:
    archive = ZipFile(BytesIO(written()))
    assert len(SOUND) <= archive.getinfo("recordings/1.flac").compress_size < len(SOUND) * 1.001 + 1000
    assert archive.getinfo("data.json").compress_size < len(TEXT) / 10


def test_times_are_in_utc() -> None:
    seoul = MOMENT.astimezone(timezone(timedelta(hours=9)))
    with ZipStream() as archive:
        with archive.entry("a", seoul, compressed=False):
            pass
        content = archive.end()
    assert ZipFile(BytesIO(content)).getinfo("a").date_time == (2026, 1, 2, 3, 4, 6)


def test_an_archive_that_is_left_in_an_entry_has_no_end() -> None:
    pieces = []

    def leave() -> None:
        with ZipStream() as archive, archive.entry("a", MOMENT, compressed=False) as entry:
            entry.write(SOUND)
            pieces.append(archive.take())
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        leave()
    with pytest.raises(BadZipFile):
        ZipFile(BytesIO(b"".join(pieces)))
