"""Metadata: written into each type of file, and nothing else of it is changed."""

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from adapters.credentials.metadata.boxes import box, boxes_in
from adapters.credentials.metadata.malformed import Malformed
from adapters.credentials.metadata.statement import SENTENCES, statement_of
from adapters.credentials.metadata.writing import write_with_statement
from application.ports.faces import Origin
from doubles.face_files import INDEX_FIRST, noise, write_face, write_film
from doubles.faces import write_video

TOOL = "Voice2Face 9.9"
SAID = statement_of(Origin.ALGORITHM, TOOL)
PROPERTY = b"<Iptc4xmpExt:DigitalSourceType>%s</Iptc4xmpExt:DigitalSourceType>"
TERMS = b"http://cv.iptc.org/newscodes/digitalsourcetype/"


def xmp_of(path: Path) -> bytes:
    """Return the XMP that Pillow finds in a picture."""
    with Image.open(path) as picture:
        found = picture.info.get("xmp", b"")
        return found if isinstance(found, bytes) else str(found).encode()


def pixels(path: Path) -> list[bytes]:
    with Image.open(path) as picture:
        frames = []
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            frames.append(picture.convert("RGBA").tobytes())
        return frames


def write_picture(path: Path, form: str) -> Path:
    """Write a picture of a form, most of which a model server or a gallery may give."""
    picture = noise()
    if form == "animated.webp":
        picture.save(path, save_all=True, append_images=[noise(2)], duration=80)
    elif form == "transparent.webp":
        picture.putalpha(100)
        picture.save(path, lossless=True)
    elif form == "exif.jpg":
        exif = Image.Exif()
        exif[0x010E] = "a face"
        picture.save(path, exif=exif, icc_profile=b"a profile" * 20)
    else:
        picture.save(path)
    return path


PICTURES = [
    "plain.png",
    "plain.jpg",
    "plain.jpeg",
    "exif.jpg",
    "plain.webp",
    "animated.webp",
    "transparent.webp",
]


@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_says_how_it_was_made_and_looks_the_same(tmp_path: Path, form: str) -> None:
    source, target = write_picture(tmp_path / form, form), tmp_path / f"new-{form}"
    write_with_statement(source, target, SAID)
    assert PROPERTY % (TERMS + b"algorithmicMedia") in xmp_of(target)
    assert SENTENCES[Origin.ALGORITHM].encode() in xmp_of(target)
    assert TOOL.encode() in xmp_of(target)
    assert pixels(target) == pixels(source)
    with Image.open(source) as before, Image.open(target) as after:
        kept = ("exif", "icc_profile", "duration", "loop")
        assert [after.info.get(name) for name in kept] == [before.info.get(name) for name in kept]


@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_says_it_once_however_often_it_is_written(tmp_path: Path, form: str) -> None:
    once, twice = tmp_path / f"once-{form}", tmp_path / f"twice-{form}"
    write_with_statement(write_picture(tmp_path / form, form), once, statement_of(Origin.TRAINED_MODEL, TOOL))
    write_with_statement(once, twice, SAID)
    assert twice.read_bytes().count(b"<x:xmpmeta") == 1
    assert PROPERTY % (TERMS + b"algorithmicMedia") in xmp_of(twice)
    again = tmp_path / f"again-{form}"
    write_with_statement(twice, again, SAID)
    assert again.read_bytes() == twice.read_bytes()


def test_faces_of_a_model_server_say_that_a_trained_model_made_them(tmp_path: Path) -> None:
    source, target = write_picture(tmp_path / "a.png", "plain.png"), tmp_path / "b.png"
    write_with_statement(source, target, statement_of(Origin.TRAINED_MODEL, TOOL))
    assert PROPERTY % (TERMS + b"trainedAlgorithmicMedia") in xmp_of(target)


@pytest.mark.parametrize("form", [*PICTURES, "film.mp4"])
def test_what_the_operator_gave_claims_no_origin_and_keeps_what_it_says(tmp_path: Path, form: str) -> None:
    source, told, target = tmp_path / form, tmp_path / f"told-{form}", tmp_path / f"new-{form}"
    write_video(source) if form == "film.mp4" else write_picture(source, form)
    of_the_operator = statement_of(Origin.UNKNOWN, TOOL)
    write_with_statement(source, told, of_the_operator)
    assert SENTENCES[Origin.UNKNOWN].encode() in told.read_bytes()
    assert b"DigitalSourceType>" not in told.read_bytes()
    write_with_statement(source, told, SAID)  # as if the operator's tool had written it
    write_with_statement(told, target, of_the_operator)
    assert target.read_bytes() == told.read_bytes()


def packets(path: Path) -> list[tuple[int, bytes]]:
    with av.open(str(path)) as film:
        return [(packet.pts or 0, bytes(packet)) for packet in film.demux() if packet.size]


FILMS = {"index first": INDEX_FIRST, "index last": {}}


@pytest.mark.parametrize("form", FILMS)
def test_a_film_says_it_in_a_comment_and_in_xmp_and_plays_the_same(tmp_path: Path, form: str) -> None:
    source, target = write_film(tmp_path / "a.mp4", FILMS[form]), tmp_path / "b.mp4"
    write_with_statement(source, target, SAID)
    with av.open(str(source)) as before, av.open(str(target)) as after:
        assert after.metadata == {**before.metadata, "comment": SENTENCES[Origin.ALGORITHM]}
        frames = [list(film.decode(video=0)) for film in (before, after)]
    assert [frame.to_ndarray().tobytes() for frame in frames[0]] == [
        frame.to_ndarray().tobytes() for frame in frames[1]
    ]
    assert packets(target) == packets(source)
    content = target.read_bytes()
    assert PROPERTY % (TERMS + b"algorithmicMedia") in content
    assert (content.index(b"moov") < content.index(b"mdat")) == (form == "index first")
    write_with_statement(target, tmp_path / "c.mp4", SAID)
    assert (tmp_path / "c.mp4").read_bytes() == content


def test_a_film_in_fragments_keeps_its_indexes_and_gets_xmp(tmp_path: Path) -> None:
    source = write_film(tmp_path / "a.mp4", {"movflags": "frag_keyframe+empty_moov+default_base_moof"})
    target = tmp_path / "b.mp4"
    write_with_statement(source, target, SAID)
    assert target.read_bytes().startswith(source.read_bytes())
    assert SAID.xmp in target.read_bytes()
    assert packets(target) == packets(source)


def widened(content: bytes) -> bytes:
    """Return boxes of an index with their lists of places written in 64 bits."""
    within = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
    new = []
    for name, inner in boxes_in(content):
        if name == b"stco":
            places = struct.unpack(f">{(len(inner) - 8) // 4}I", inner[8:])
            new.append(box(b"co64", inner[:8] + struct.pack(f">{len(places)}Q", *places)))
        else:
            new.append(box(name, widened(inner) if name in within else inner))
    return b"".join(new)


def test_places_of_64_bits_move_with_what_stands_before_them(tmp_path: Path) -> None:
    short = write_film(tmp_path / "a.mp4", {}).read_bytes()
    index, begins = short.index(b"moov") - 4, int.from_bytes(short[:4])
    assert index > short.index(b"mdat")  # so that it may grow without moving anything
    long, described, target = (tmp_path / name for name in ("long.mp4", "described.mp4", "b.mp4"))
    long.write_bytes(short[:index] + widened(short[index:]))
    write_with_statement(long, described, SAID)
    assert packets(described) == packets(tmp_path / "a.mp4")
    content = described.read_bytes()
    old = content.rindex(b"uuid") - 4
    moved = content[:begins] + content[old:] + content[begins:old]
    moved_by = len(content) - old
    shifted = tmp_path / "shifted.mp4"
    at = moved.index(b"moov") - 4
    shifted.write_bytes(moved[:at] + shifted_index(moved[at:], moved_by))
    assert packets(shifted) == packets(tmp_path / "a.mp4")
    write_with_statement(shifted, target, SAID)  # the XMP leaves its place before the media
    assert target.read_bytes() == content


def shifted_index(content: bytes, by: int) -> bytes:
    """Return boxes of an index whose media lie so much later in the file."""
    within = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
    new = []
    for name, inner in boxes_in(content):
        changed = inner
        if name == b"co64":
            places = struct.unpack(f">{(len(inner) - 8) // 8}Q", inner[8:])
            changed = inner[:8] + struct.pack(f">{len(places)}Q", *(place + by for place in places))
        new.append(box(name, shifted_index(inner, by) if name in within else changed))
    return b"".join(new)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.mp4"])
def test_a_file_that_is_cut_anywhere_is_refused_or_keeps_what_is_left(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    write_film(source, FILMS["index first"]) if name == "a.mp4" else noise().save(source)
    whole = source.read_bytes()
    refused = 0
    for cut in sorted({*range(0, 200, 7), *np.linspace(0, len(whole) - 1, 60, dtype=int).tolist()}):
        source.write_bytes(whole[:cut])
        try:
            write_with_statement(source, tmp_path / f"new-{name}", SAID)
        except Malformed:
            refused += 1
    assert refused > 20


def test_another_type_of_file_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"GIF89a")
    with pytest.raises(KeyError):
        write_with_statement(tmp_path / "a.gif", tmp_path / "b.gif", SAID)


def test_the_loop_of_a_face_stays_a_loop(tmp_path: Path) -> None:
    loop = write_face(tmp_path).loop
    assert loop is not None
    target = tmp_path / "new.webp"
    write_with_statement(loop, target, SAID)
    with Image.open(io.BytesIO(target.read_bytes())) as picture:
        assert picture.n_frames == 3  # type: ignore[attr-defined]
        assert picture.info["loop"] == 0
    assert struct.unpack("<I", target.read_bytes()[4:8])[0] == target.stat().st_size - 8
