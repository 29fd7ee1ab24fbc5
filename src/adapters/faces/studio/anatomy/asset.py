"""The head asset: MakeHuman's base mesh and morph targets, cut to a bust by `infra/studio/bake.py`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import Part

HEAD_ASSET = Path(__file__).with_name("head.npz")
MASKS = ("lips", "face", "ears", "eyelids", "inside_mouth")


@dataclass(frozen=True, slots=True)
class MorphTargets:
    """The offsets of the vertices that each target moves, in decimetres; all targets one after another."""

    numbers: dict[str, int]
    """The number of each target by its name."""
    starts: NDArray[np.int64]
    """Where each target's vertices start, and where the last one's end."""
    vertices: IntArray
    offsets: FloatArray

    def of(self, name: str) -> tuple[IntArray, FloatArray]:
        """Return which vertices a target moves and by how much; KeyError for an unknown name."""
        number = self.numbers[name]
        run = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.vertices[run], self.offsets[run]


@dataclass(frozen=True, slots=True)
class HeadAsset:
    """The control mesh (quads), in decimetres; y points up, the face looks along z."""

    base: FloatArray
    quads: IntArray
    parts: NDArray[np.uint8]
    """One `Part` for each quad."""
    masks: dict[str, FloatArray]
    """Painted regions by their name in `MASKS`, 0..1 for each vertex."""
    targets: MorphTargets

    def vertices_of(self, part: Part) -> IntArray:
        """Return the sorted indices of the vertices that a part uses."""
        return np.unique(self.quads[self.parts == part]).astype(np.int32)


@cache
def load_head_asset() -> HeadAsset:
    """Read the asset that is installed with the package."""
    with np.load(HEAD_ASSET, allow_pickle=False) as baked:
        step = np.float32(baked["step"])
        names = str(baked["names"]).split("\n")
        return HeadAsset(
            base=baked["base"].astype(np.float32) * step,
            quads=baked["quads"].astype(np.int32),
            parts=baked["parts"],
            masks={name: baked[f"mask_{name}"].astype(np.float32) / 255 for name in MASKS},
            targets=MorphTargets(
                numbers={name: number for number, name in enumerate(names)},
                starts=np.concatenate([[0], np.cumsum(baked["counts"], dtype=np.int64)]),
                vertices=np.cumsum(baked["vertex_steps"], dtype=np.int64).astype(np.int32),
                offsets=np.stack([baked["dx"], baked["dy"], baked["dz"]], axis=1).astype(np.float32) * step,
            ),
        )
