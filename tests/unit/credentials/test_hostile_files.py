"""Files that a model server may send so that reading them never ends: they are refused before the library sees them."""

import io
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.credentials.certificates import new_identity
from adapters.credentials.labels import SignedLabels
from adapters.credentials.metadata.boxes import DEEPEST, box, boxes_in
from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.pieces import MOST_BOXES, MOST_PIECES
from adapters.credentials.metadata.statement import statement_of
from adapters.credentials.metadata.webp import with_statement
from adapters.credentials.metadata.writing import write_with_statement
from application.ports.faces import FaceFailed, Origin
from doubles.face_files import INDEX_FIRST, noise, write_face, write_film

SAID = statement_of(Origin.TRAINED_MODEL, "Voice2Face 9.9")
EMPTY = box(b"free", b"")
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}


def encoded(form: str) -> bytes:
    written = io.BytesIO()
    noise().save(written, form)
    return written.getvalue()


def with_more_in(content: bytes, path: tuple[bytes, ...], more: bytes) -> bytes:
    """Return boxes with more at the end of the first one on a path."""
    if not path:
        return content + more
    new, is_found = [], False
    for name, inner in boxes_in(content):
        is_this = name == path[0] and not is_found
        is_found = is_found or is_this
        new.append(box(name, with_more_in(inner, path[1:], more) if is_this else inner))
    assert is_found
    return b"".join(new)


@pytest.mark.parametrize("path", [(), (b"moov",)])
async def test_such_a_film_of_a_model_server_fails_its_face_for_good(
    tmp_path: Path, path: tuple[bytes, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """The library is not asked: it would go on after the time limit, and keep the worker from stopping."""
    files = write_face(tmp_path, Origin.TRAINED_MODEL)
    assert files.video
    film = with_more_in(files.video.read_bytes(), path, EMPTY * 130_000)
    files.video.write_bytes(film)
    with pytest.raises(FaceFailed) as failed:
        await SignedLabels(new_identity("Voice2Face", datetime.now(UTC)), "9.9").label(files)
    assert not failed.value.retryable
    assert "more than 4096" in caplog.text
    assert files.video.read_bytes() == film


@pytest.mark.parametrize("options", [INDEX_FIRST, {}, FRAGMENTS], ids=["first", "last", "fragments"])
@pytest.mark.parametrize("path", [(), (b"moov",), (b"moov", b"trak", b"mdia", b"minf", b"stbl")])
def test_a_film_of_very_many_boxes_is_refused_wherever_they_are(
    tmp_path: Path, path: tuple[bytes, ...], options: dict[str, str]
) -> None:
    source = write_film(tmp_path / "a.mp4", options)
    film = source.read_bytes()
    source.write_bytes(with_more_in(film, path, EMPTY * MOST_BOXES))
    with pytest.raises(Malformed, match="more than 4096"):
        write_with_statement(source, tmp_path / "b.mp4", SAID)


def test_boxes_count_together_that_are_few_in_each_place(tmp_path: Path) -> None:
    source = write_film(tmp_path / "a.mp4", FRAGMENTS)
    few = EMPTY * (MOST_BOXES // 3)
    film = source.read_bytes()
    for path in ((b"moov",), (b"moof",)):
        film = with_more_in(film, path, few)
    source.write_bytes(film)
    write_with_statement(source, tmp_path / "b.mp4", SAID)
    source.write_bytes(film + few)
    with pytest.raises(Malformed, match="more than 4096"):
        write_with_statement(source, tmp_path / "b.mp4", SAID)


@pytest.mark.parametrize("name", [b"trak", b"meta"])
def test_boxes_in_boxes_are_refused_before_they_exhaust_anything(tmp_path: Path, name: bytes) -> None:
    source = write_film(tmp_path / "a.mp4", INDEX_FIRST)
    nested = b""
    for _ in range(DEEPEST + 2):
        nested = box(name, (b"\0\0\0\0" if name == b"meta" else b"") + nested)
    source.write_bytes(with_more_in(source.read_bytes(), (b"moov",), nested))
    with pytest.raises(Malformed, match="boxes in boxes"):
        write_with_statement(source, tmp_path / "b.mp4", SAID)


@pytest.mark.parametrize("origin", Origin)
def test_a_film_with_two_indexes_is_refused(tmp_path: Path, origin: Origin) -> None:
    source = write_film(tmp_path / "a.mp4", {})
    film = source.read_bytes()
    (index,) = (inner for name, inner in boxes_in(film) if name == b"moov")
    source.write_bytes(film + box(b"moov", index))
    with pytest.raises(Malformed, match="or with several"):
        write_with_statement(source, tmp_path / "b.mp4", statement_of(origin, "Voice2Face 9.9"))


def test_a_huge_index_is_refused_unread(tmp_path: Path) -> None:
    source = write_film(tmp_path / "a.mp4", {})
    source.write_bytes(source.read_bytes() + box(b"udta", box(b"free", bytes(9 * 1024 * 1024))))
    with pytest.raises(Malformed, match="a huge index"):
        write_with_statement(source, tmp_path / "b.mp4", SAID)


def test_media_that_go_on_to_the_end_of_the_file_do_not_swallow_the_statement(tmp_path: Path) -> None:
    source, target = write_film(tmp_path / "a.mp4", INDEX_FIRST), tmp_path / "b.mp4"
    film = bytearray(source.read_bytes())
    start = film.index(b"mdat") - 4
    length = int.from_bytes(film[start : start + 4])
    del film[start + length :]
    film[start : start + 4] = bytes(4)
    source.write_bytes(film)
    write_with_statement(source, target, SAID)
    written = target.read_bytes()
    names = [name for name, _ in boxes_in(written)]
    assert names[-2:] == [b"mdat", b"uuid"]
    write_with_statement(target, tmp_path / "c.mp4", SAID)
    assert (tmp_path / "c.mp4").read_bytes() == written


def _png(pieces: int) -> bytes:
    picture, content = encoded("PNG"), b"tEXta\0b"
    chunk = struct.pack(">I", 3) + content + struct.pack(">I", zlib.crc32(content))
    return picture[:33] + chunk * pieces + picture[33:]


def _jpeg(pieces: int) -> bytes:
    picture = encoded("JPEG")
    return picture[:20] + b"\xff\xfe\0\3a" * pieces + picture[20:]


def _webp(pieces: int) -> bytes:
    picture = encoded("WEBP") + (b"abcd" + bytes(4)) * pieces
    return picture[:4] + struct.pack("<I", len(picture) - 8) + picture[8:]


@pytest.mark.parametrize(("ending", "picture"), [(".png", _png), (".jpg", _jpeg), (".webp", _webp)])
def test_a_picture_of_very_many_pieces_is_refused(
    tmp_path: Path, ending: str, picture: Callable[[int], bytes]
) -> None:
    source, target = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    source.write_bytes(picture(MOST_PIECES - 20))
    write_with_statement(source, target, SAID)
    source.write_bytes(picture(MOST_PIECES))
    with pytest.raises(Malformed, match="more than 16384"):
        write_with_statement(source, target, SAID)


@pytest.mark.parametrize("chunk", [b"VP8X" + bytes(4), b"VP8 " + bytes(4), b"VP8X\1\0\0\0\0\0"])
def test_a_webp_without_header_or_picture_is_refused(chunk: bytes) -> None:
    body = b"WEBP" + chunk
    with pytest.raises(Malformed):
        with_statement(b"RIFF" + struct.pack("<I", len(body)) + body, SAID)
