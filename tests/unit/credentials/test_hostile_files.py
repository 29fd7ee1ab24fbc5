"""Files that a model server may send so that reading them never ends: they are refused before the library sees them."""

import io
import json
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import c2pa
import pytest

from adapters.credentials.certificates import new_identity
from adapters.credentials.files import reading, writing
from adapters.credentials.labels import SignedLabels
from adapters.credentials.metadata import pieces as pieces_module
from adapters.credentials.metadata.bounds import LARGEST_PICTURE, require_bounded
from adapters.credentials.metadata.boxes import DEEPEST, box, boxes_in
from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.mp4 import CREDENTIALS_BOX
from adapters.credentials.metadata.pieces import LARGEST_CREDENTIALS, MOST_BOXES, MOST_PIECES, MOST_SUPERBOXES
from adapters.credentials.metadata.statement import SOURCE_TYPES, statement_of
from adapters.credentials.metadata.webp import with_statement
from adapters.credentials.metadata.writing import write_with_statement
from adapters.credentials.verifying import Standing, read_credentials
from application.ports.faces import FaceFailed, FaceFiles, Origin
from doubles.face_files import INDEX_FIRST, noise, write_face, write_film

SAID = statement_of(Origin.TRAINED_MODEL, "Voice2Face 9.9")
EMPTY = box(b"free", b"")
ITEMS = box(b"iloc", b"\2" + bytes(5) + struct.pack(">I", 1) + struct.pack(">IHHH", 1, 0, 0, 65_535))
"""A list of one item with 65,535 extents of no bytes."""
UPSIDE_DOWN = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x03\0\0\0\0\0\0\0"
"""The orientation 3."""
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


@pytest.mark.parametrize(
    ("path", "more", "reason"),
    [
        ((), EMPTY * 130_000, "more than 4096"),
        ((b"moov",), EMPTY * 130_000, "more than 4096"),
        ((), box(b"meta", bytes(4) + ITEMS), "an MP4 with items"),
        ((b"moov",), box(b"meta", bytes(4) + ITEMS), "an MP4 with items"),
        ((), ITEMS, "an MP4 with items"),
        ((), box(b"moof", box(b"free", bytes(5_000_000))) * 2, "a huge index"),
        ((), box(b"uuid", CREDENTIALS_BOX + b"jumd" * 1_000), "more than 1000 boxes"),
        ((), box(b"uuid", CREDENTIALS_BOX + bytes(20_000)) + EMPTY * 4_000, "large credentials"),
    ],
)
async def test_such_a_film_of_a_model_server_fails_its_face_for_good(
    tmp_path: Path, path: tuple[bytes, ...], more: bytes, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The library is not asked: it would go on after the time limit, and keep the worker from stopping."""
    files = write_face(tmp_path, Origin.TRAINED_MODEL)
    assert files.video
    film = with_more_in(files.video.read_bytes(), path, more)
    files.video.write_bytes(film)
    with pytest.raises(FaceFailed) as failed:
        await SignedLabels(new_identity("Voice2Face", datetime.now(UTC)), "9.9").label(files)
    assert not failed.value.retryable
    assert reason in caplog.text
    assert files.video.read_bytes() == film
    found = read_credentials(files.video, "")
    assert found.standing is Standing.UNREADABLE
    assert reason in found.failures[0]


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


def _png(pieces: int, name: bytes = b"tEXt", content: bytes = b"a\0b") -> bytes:
    picture = encoded("PNG")
    chunk = struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return picture[:33] + chunk * pieces + picture[33:]


def _jpeg(pieces: int, name: bytes = b"\xfe", content: bytes = b"a") -> bytes:
    picture = encoded("JPEG")
    segments = (content[at : at + 60_000] for at in range(0, len(content), 60_000))
    many = b"".join(b"\xff" + name + struct.pack(">H", len(each) + 2) + each for each in segments) * pieces
    return picture[:20] + many + picture[20:]


def _webp(pieces: int, name: bytes = b"abcd", content: bytes = b"") -> bytes:
    picture = encoded("WEBP") + (name + struct.pack("<I", len(content)) + content) * pieces
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


@pytest.mark.parametrize(
    ("ending", "picture", "name"),
    [(".png", _png, b"caBX"), (".jpg", _jpeg, b"\xeb"), (".webp", _webp, b"C2PA")],
)
def test_credentials_that_take_long_to_verify_are_refused(
    tmp_path: Path, ending: str, picture: Callable[[int, bytes, bytes], bytes], name: bytes
) -> None:
    """The library needs the square of the number of their boxes, wherever their names are cut in pieces."""
    source = tmp_path / f"a{ending}"
    source.write_bytes(picture(1, name, b"jumd" * (MOST_SUPERBOXES - 1)))
    require_bounded(source)
    for pieces, content, reason in (
        (1, b"jumd" * MOST_SUPERBOXES, "more than 1000 boxes"),
        (MOST_SUPERBOXES + 1, b"ju", "more than 1000 boxes"),
        (1, bytes(LARGEST_CREDENTIALS + 2), "huge credentials"),
    ):
        source.write_bytes(picture(pieces, name, content))
        with pytest.raises(Malformed, match=reason):
            require_bounded(source)
        assert read_credentials(source, "").standing is Standing.UNREADABLE


async def test_a_file_gets_no_label_with_which_it_could_not_be_verified_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces_module, "MOST_SUPERBOXES", 40)
    identity = new_identity("Voice2Face", datetime.now(UTC))
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))
    face, given = FaceFiles(origin=Origin.UNKNOWN, portrait=path, video=None), b""
    with suppress(FaceFailed):
        while True:
            await SignedLabels(identity, "9.9").label(face)
            assert read_credentials(path, identity.issuer).standing is Standing.TRUSTED
            given = path.read_bytes()
    assert 20 < given.count(b"jumd") < 40
    assert path.read_bytes() == given


def test_a_webp_with_chunks_in_chunks_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.webp"
    source.write_bytes(_webp(1, b"LIST", b"abcd" + (b"abcd" + bytes(4)) * 100_000))
    with pytest.raises(Malformed, match="chunks in chunks"):
        require_bounded(source)


def test_compressed_credentials_are_not_unpacked(tmp_path: Path) -> None:
    identity = new_identity("Voice2Face (others)", datetime.now(UTC))
    settings = {
        "core": {"prefer_compress_manifests": True},
        "verify": {"verify_after_sign": False},
        "builder": {"thumbnail": {"enabled": False}},
    }
    action = {"action": "c2pa.created", "digitalSourceType": SOURCE_TYPES[Origin.TRAINED_MODEL]}
    claim = {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [action]}}]}
    signer = c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(b"es256", identity.certificates.encode(), identity.signing_key.encode(), None)
    )
    signed = io.BytesIO()
    with signer, c2pa.Builder.from_json(json.dumps(claim), c2pa.Context.from_dict(settings)) as builder:
        builder.sign(signer, "image/png", io.BytesIO(encoded("PNG")), signed)
    assert b"brob" in signed.getvalue()
    source = tmp_path / "a.png"
    source.write_bytes(signed.getvalue())
    found = read_credentials(source, identity.issuer)
    assert found.standing is Standing.UNREADABLE
    assert "exceeds maximum size" in found.failures[0]


def app(marker: int, content: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def with_less_padding(credentials: bytes, less: int) -> bytes:
    """Return credentials with so many bytes less of the padding in their signature, which nothing signs."""
    name = b"cpad\x59"  # CBOR: a text of three letters, then bytes with a length of two
    at = credentials.rindex(name)
    (size,) = struct.unpack_from(">H", credentials, at + len(name))
    old = credentials[at : at + len(name) + 2 + size]
    new = name + struct.pack(">H", size - less) + bytes(size - less)

    def shortened(content: bytes, of: bytes) -> bytes:
        if of != b"jumb":
            return content.replace(old, new)
        return b"".join(box(name, shortened(inner, name)) for name, inner in boxes_in(content))

    return shortened(credentials, b"jumb")


async def test_nothing_can_be_put_between_the_credentials_of_a_jpeg_after_it_was_signed(
    tmp_path: Path,
) -> None:
    identity = new_identity("Voice2Face", datetime.now(UTC))
    source = tmp_path / "a.jpg"
    source.write_bytes(encoded("JPEG"))
    await SignedLabels(identity, "9.9").label(
        FaceFiles(origin=Origin.TRAINED_MODEL, portrait=source, video=None)
    )
    signed = source.read_bytes()
    at = signed.index(b"\xff\xeb")
    end = at + 2 + int.from_bytes(signed[at + 2 : at + 4])
    kind, credentials = signed[at + 4 : at + 8], signed[at + 12 : end]
    head, first, second = credentials[:8], struct.pack(">I", 1), struct.pack(">I", 2)
    for hidden, reason in (
        (app(0xE1, UPSIDE_DOWN), "other segments between"),
        (b"", None),
        (app(0xEB, b"JP\0\x09" + first + box(b"free", bytes(100))), "more in its segments"),
    ):
        rest = with_less_padding(credentials, len(hidden) + 20)
        parts = app(0xEB, kind + first + rest[:2000]), app(0xEB, kind + second + head + rest[2000:])
        source.write_bytes(signed[:at] + parts[0] + hidden + parts[1] + signed[end:])
        assert source.stat().st_size == len(signed)
        found = read_credentials(source, identity.issuer)
        assert (found.standing is Standing.TRUSTED) == (reason is None)
        if reason:
            assert reason in found.failures[0]


def test_a_huge_picture_is_not_read(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    with source.open("wb") as huge:
        huge.truncate(LARGEST_PICTURE + 1)
    with pytest.raises(Malformed, match="huge picture"):
        require_bounded(source)


def read_a_broken_disk() -> None:
    with reading(Path("/proc/self/mem")) as file:
        with suppress(OSError):
            file.read(8)
        raise c2pa.C2paError("changed")


def write_a_full_disk() -> None:
    with writing(Path("/dev/full")) as file:
        with suppress(OSError):
            file.write(bytes(100_000))
        raise c2pa.C2paError("not written")


@pytest.mark.parametrize("fail", [read_a_broken_disk, write_a_full_disk])
def test_the_error_of_a_disk_is_told_rather_than_what_the_library_makes_of_it(
    fail: Callable[[], None],
) -> None:
    with pytest.raises(OSError, match=r"Input/output|No space"):
        fail()
