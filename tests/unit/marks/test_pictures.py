"""Marked pictures of every format."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from adapters.marks.pictures import CannotMark, mark_picture
from adapters.marks.plate import plate_for
from domain.user import Language

BOTH = (Language.KOREAN, Language.ENGLISH)


def gradient(width: int, height: int) -> Image.Image:
    """Return a smooth coloured picture."""
    across, down = np.meshgrid(np.linspace(40, 220, width), np.linspace(30, 200, height))
    return Image.fromarray(np.stack([across, down, (across + down) / 2], axis=-1).astype(np.uint8))


@pytest.mark.parametrize(
    ("ending", "form", "largest_change"), [(".png", "PNG", 0), (".jpg", "JPEG", 6), (".webp", "WEBP", 12)]
)
@pytest.mark.parametrize("size", [(256, 256), (100, 161)])
def test_a_copy_has_the_mark_in_its_corner_and_is_else_the_same(
    tmp_path: Path, ending: str, form: str, largest_change: int, size: tuple[int, int]
) -> None:
    source, target = tmp_path / f"portrait{ending}", tmp_path / f"marked{ending}"
    gradient(*size).save(source, quality=95)
    before = source.read_bytes()
    mark_picture(source, target, BOTH)
    assert source.read_bytes() == before
    with Image.open(source) as given, Image.open(target) as made:
        assert (made.format, made.size, made.mode) == (form, given.size, "RGB")
        old, new = (np.asarray(one.convert("RGB"), np.int16) for one in (given, made))
    plate = plate_for(*size, BOTH)
    height, width = plate.keep.shape
    place = np.s_[plate.top : plate.top + height, plate.left : plate.left + width]
    expected = old[place] * plate.keep[..., None] + 255 * plate.add[..., None]
    assert np.abs(new[place] - expected).mean() < 4
    elsewhere = np.ones(old.shape[:2], bool)
    # Blocks of JPEG and WebP reach over the edge.
    elsewhere[: plate.top + height + 16, max(0, plate.left - 16) :] = False
    assert np.abs(new - old)[elsewhere].max() <= largest_change


def test_what_is_transparent_stays_so_but_under_the_mark(tmp_path: Path) -> None:
    source, target = tmp_path / "portrait.png", tmp_path / "marked.png"
    Image.new("RGBA", (256, 256), (10, 20, 30, 0)).save(source)
    mark_picture(source, target, BOTH)
    with Image.open(target) as made:
        alpha = np.asarray(made)[..., 3]
    plate = plate_for(256, 256, BOTH)
    assert alpha[plate.top + plate.keep.shape[0] :].max() == 0
    assert alpha[plate.top + 20, plate.left + 3] > 150
    assert alpha.max() == 255


@pytest.mark.parametrize("mode", ["L", "LA", "P", "CMYK", "I;16"])
def test_pictures_of_other_kinds_are_marked_in_colour(tmp_path: Path, mode: str) -> None:
    ending = "jpg" if mode == "CMYK" else "png"
    source, target = tmp_path / f"portrait.{ending}", tmp_path / f"marked.{ending}"
    Image.new(mode, (128, 128)).save(source)
    mark_picture(source, target, BOTH)
    with Image.open(target) as made:
        assert made.mode in {"RGB", "RGBA"}
        assert np.asarray(made.convert("RGB")).max() == 255


def test_sixteen_bits_of_grey_keep_their_shades_and_what_is_transparent(tmp_path: Path) -> None:
    source, target = tmp_path / "portrait.png", tmp_path / "marked.png"
    shades = np.repeat(np.linspace(0, 65535, 128).astype(np.uint16)[:, None], 128, axis=1)
    hidden = int(shades[100, 0])
    Image.fromarray(shades).save(source, transparency=hidden)
    with Image.open(source) as given:
        assert (given.mode, given.info["transparency"]) == ("I;16", hidden)
    mark_picture(source, target, BOTH)
    with Image.open(target) as made:
        marked = np.asarray(made.convert("RGBA"))
    assert np.abs(marked[:, 0, :3] - shades[:, :1] / 257).max() < 1
    assert np.flatnonzero(marked[:, 0, 3] == 0).tolist() == [100]


def test_a_picture_that_lies_on_its_side_is_marked_as_it_is_shown(tmp_path: Path) -> None:
    source, target = tmp_path / "portrait.jpg", tmp_path / "marked.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    Image.new("RGB", (200, 100)).save(source, exif=exif)
    mark_picture(source, target, BOTH)
    with Image.open(target) as made:
        assert made.size == (100, 200)
        assert 0x0112 not in made.getexif()


def profile_of_grey(gamma: float) -> bytes:
    """Return an ICC profile whose shades follow a power of light."""
    curve = struct.pack(">4s4xIH2x", b"curv", 1, round(gamma * 256))
    white = struct.pack(">4s4x3i", b"XYZ ", *(round(value * 65536) for value in (0.9642, 1.0, 0.8249)))
    tags = struct.pack(">I4sII4sII", 2, b"kTRC", 156, 14, b"wtpt", 172, 20)
    head = struct.pack(">I4xI4s4s4s12x4s28x", 192, 0x02100000, b"mntr", b"GRAY", b"XYZ ", b"acsp")
    return head + white[8:] + bytes(128 - len(head) - 12) + tags + curve + white


@pytest.mark.parametrize(("mode", "shade"), [("L", 100), ("LA", 100), ("I;16", 100 * 257)])
def test_shades_of_a_grey_picture_are_those_of_its_profile(tmp_path: Path, mode: str, shade: int) -> None:
    source, target = tmp_path / "portrait.png", tmp_path / "marked.png"
    colour = (shade, 200) if mode == "LA" else shade
    Image.new(mode, (64, 64), colour).save(source, icc_profile=profile_of_grey(1.0))
    mark_picture(source, target, BOTH)
    with Image.open(target) as made:
        assert "icc_profile" not in made.info
        pixel = np.asarray(made)[-1, 0]
    light = 100 / 255  # the curve of sRGB: IEC 61966-2-1
    assert np.abs(pixel[:3] - 255 * (1.055 * light ** (1 / 2.4) - 0.055)).max() <= 1
    assert pixel[3:].tolist() == ([200] if mode == "LA" else [])


def test_a_broken_profile_of_grey_changes_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "portrait.png", tmp_path / "marked.png"
    Image.new("L", (64, 64), 100).save(source, icc_profile=profile_of_grey(1.0)[:150])
    mark_picture(source, target, BOTH)
    with Image.open(target) as made:
        assert "icc_profile" not in made.info
        assert np.asarray(made)[-1, 0].tolist() == [100, 100, 100]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_pictures_of_colours_keep_their_profile(tmp_path: Path, mode: str) -> None:
    source, target = tmp_path / "portrait.png", tmp_path / "marked.png"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    gradient(64, 64).convert(mode).save(source, icc_profile=profile)
    mark_picture(source, target, BOTH)
    with Image.open(target) as made:
        assert made.info["icc_profile"] == profile


def test_what_a_png_says_of_its_colours_is_kept(tmp_path: Path) -> None:
    source, target = tmp_path / "portrait.png", tmp_path / "marked.png"
    said = {
        b"gAMA": struct.pack(">I", 100_000),
        b"cHRM": struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000),
        b"cICP": bytes([12, 13, 0, 1]),
        b"sRGB": bytes([1]),
    }
    chunks = PngInfo()
    for name, content in {**said, b"tEXt": b"Title\0of its own"}.items():
        chunks.add(name, content)
    gradient(64, 64).save(source, pnginfo=chunks)
    mark_picture(source, target, BOTH)
    written = target.read_bytes()
    assert all(name + content in written[: written.index(b"IDAT")] for name, content in said.items())
    assert b"tEXt" not in written


def test_of_several_pictures_in_a_jpeg_the_first_one_is_marked(tmp_path: Path) -> None:
    source, target = tmp_path / "portrait.jpg", tmp_path / "marked.jpg"
    others = [Image.new("RGB", (32, 32), "red")]
    gradient(64, 64).save(source, format="MPO", save_all=True, append_images=others, quality=95)
    mark_picture(source, target, BOTH)
    with Image.open(source) as given, Image.open(target) as made:
        assert (given.format, made.format, made.size) == ("MPO", "JPEG", (64, 64))
        last_rows = np.s_[-16:]
        change = np.asarray(made, np.int16)[last_rows] - np.asarray(given, np.int16)[last_rows]
    assert np.abs(change).max() <= 6


def test_a_broken_picture_cannot_be_marked(tmp_path: Path) -> None:
    source = tmp_path / "portrait.png"
    gradient(64, 64).save(source)
    source.write_bytes(source.read_bytes()[:200])
    with pytest.raises(CannotMark, match="portrait"):
        mark_picture(source, tmp_path / "marked.png", BOTH)
