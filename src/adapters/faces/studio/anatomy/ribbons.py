"""Ribbons: the geometry of locks of hair and of lashes."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.geometry import Numbers, unit
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import PAINT_COLUMNS, StrandColumn, quad_normals

COLUMNS = 3
"""Vertices across a ribbon: left edge, raised middle, right edge."""
SHORT_LOCK_STEPS, LONG_LOCK_STEPS = 10, 18
"""Steps along a lock of hair."""
LOCK_BULGE = 0.45
"""How far the middle of a lock is raised, in half widths."""


@dataclass(frozen=True, slots=True)
class Ribbons:
    """Many ribbons of the same number of steps as one quad mesh."""

    points: FloatArray
    normals: FloatArray
    directions: FloatArray
    paint: FloatArray
    quads: IntArray
    steps: int
    """How often there are `COLUMNS` vertices along each ribbon."""

    def only(self, kept: NDArray[np.bool_]) -> "Ribbons":
        """Return the ribbons (one flag each) that are kept."""
        count = len(kept)
        vertices = np.repeat(kept, COLUMNS * self.steps)
        return Ribbons(
            points=self.points[vertices],
            normals=self.normals[vertices],
            directions=self.directions[vertices],
            paint=self.paint[vertices],
            quads=self.quads[: len(self.quads) // count * int(kept.sum())],
            steps=self.steps,
        )

    def segments(self, kept: NDArray[np.bool_]) -> "Ribbons":
        """Return the ribbons without the segments (ribbons, steps - 1) that are not kept; all vertices stay."""
        return replace(self, quads=self.quads[np.repeat(kept.ravel(), COLUMNS - 1)])


def _quads(count: int, steps: int) -> IntArray:
    """Return the quads of `count` grids of `steps` by `COLUMNS` vertices, numbered one grid after another."""
    grid = np.arange(count * steps * COLUMNS).reshape(count, steps, COLUMNS)
    corners = (grid[:, :-1, :-1], grid[:, :-1, 1:], grid[:, 1:, 1:], grid[:, 1:, :-1])
    return np.stack(corners, axis=-1).reshape(-1, 4).astype(np.int32)


def ribbons_along(
    paths: Numbers, outward: Numbers, half_widths: Numbers, tints: Numbers, bulge: float
) -> Ribbons:
    """Return ribbons along paths.

    `paths` and `outward` (away from the head) are (ribbons, steps, 3), `half_widths` (ribbons, steps) in
    decimetres, `tints` (ribbons,) in 0..1. The middle is raised by `bulge` times the half width.
    """
    count, steps = half_widths.shape
    directions = unit(np.gradient(paths, axis=1))
    aside = unit(np.cross(outward, directions))
    raised = unit(np.cross(directions, aside))
    columns = [
        paths - aside * half_widths[..., None],
        paths + raised * (bulge * half_widths)[..., None],
        paths + aside * half_widths[..., None],
    ]
    points = np.stack(columns, axis=2).reshape(-1, 3).astype(np.float32)
    quads = _quads(count, steps)
    paint = np.zeros((count, steps, COLUMNS, PAINT_COLUMNS), dtype=np.float32)
    paint[..., StrandColumn.ALONG] = np.linspace(0, 1, steps)[None, :, None]
    paint[..., StrandColumn.ACROSS] = np.array([-1.0, 0.0, 1.0])
    paint[..., StrandColumn.TINT] = tints[:, None, None]
    return Ribbons(
        points=points,
        normals=quad_normals(points, quads),
        directions=np.repeat(directions[:, :, None], COLUMNS, axis=2).reshape(-1, 3).astype(np.float32),
        paint=paint.reshape(-1, PAINT_COLUMNS),
        quads=quads,
        steps=steps,
    )


def joined(first: Ribbons, second: Ribbons) -> Ribbons:
    """Return the ribbons of two meshes, which have the same number of steps, as one mesh."""
    if first.steps != second.steps:
        raise ValueError("ribbons of different lengths cannot be joined")
    return Ribbons(
        points=np.concatenate([first.points, second.points]),
        normals=np.concatenate([first.normals, second.normals]),
        directions=np.concatenate([first.directions, second.directions]),
        paint=np.concatenate([first.paint, second.paint]),
        quads=np.concatenate([first.quads, second.quads + np.int32(len(first.points))]),
        steps=first.steps,
    )
