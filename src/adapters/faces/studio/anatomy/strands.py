"""Ribbons: the geometry of locks of hair and of lashes."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import PAINTS, Paint, quad_normals


@dataclass(frozen=True, slots=True)
class Ribbons:
    """Many ribbons as one mesh, each three vertices wide with a raised middle."""

    points: FloatArray
    normals: FloatArray
    directions: FloatArray
    paint: FloatArray
    quads: IntArray
    steps: int
    """Vertices along each ribbon, in threes."""

    def only(self, kept: NDArray[np.bool_]) -> "Ribbons":
        """Return the ribbons (one flag each) that are kept."""
        count = len(kept)
        vertices = np.repeat(kept, 3 * self.steps)
        return Ribbons(
            points=self.points[vertices],
            normals=self.normals[vertices],
            directions=self.directions[vertices],
            paint=self.paint[vertices],
            quads=self.quads[: len(self.quads) // count * int(kept.sum())],
            steps=self.steps,
        )

    def segments(self, kept: NDArray[np.bool_]) -> "Ribbons":
        """Return the ribbons without the segments (ribbons, steps - 1) that are not kept; vertices stay."""
        return replace(self, quads=self.quads[np.repeat(kept.ravel(), 2)])


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale vectors (…, 3) to length 1."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9))


def ribbon_quads(count: int, steps: int, columns: int) -> IntArray:
    """Return the quads of `count` grids of `steps` by `columns` vertices that lie one after another."""
    grid = np.arange(count * steps * columns).reshape(count, steps, columns)
    corners = (grid[:, :-1, :-1], grid[:, :-1, 1:], grid[:, 1:, 1:], grid[:, 1:, :-1])
    return np.stack(corners, axis=-1).reshape(-1, 4).astype(np.int32)


def weave(
    paths: NDArray[np.float64],
    outward: NDArray[np.float64],
    half_widths: NDArray[np.float64],
    seeds: NDArray[np.float64],
    bulge: float,
) -> Ribbons:
    """Build ribbons along paths.

    `paths` and `outward` (away from the head) are (ribbons, steps, 3), `half_widths` (ribbons, steps) in
    decimetres, `seeds` (ribbons,) in 0..1; the middle is raised by `bulge` times the half width.
    """
    count, steps = half_widths.shape
    directions = unit(np.gradient(paths, axis=1))
    aside = unit(np.cross(outward, directions))
    raised = unit(np.cross(directions, aside))
    columns = np.stack(
        [
            paths - aside * half_widths[..., None],
            paths + raised * (bulge * half_widths)[..., None],
            paths + aside * half_widths[..., None],
        ],
        axis=2,
    )
    points = columns.reshape(-1, 3).astype(np.float32)
    quads = ribbon_quads(count, steps, 3)
    paint = np.zeros((count, steps, 3, PAINTS), dtype=np.float32)
    paint[..., Paint.ALONG] = np.linspace(0, 1, steps)[None, :, None]
    paint[..., Paint.ACROSS] = np.array([-1.0, 0.0, 1.0])
    paint[..., Paint.TINT] = seeds[:, None, None]
    return Ribbons(
        points=points,
        normals=quad_normals(points, quads),
        directions=np.repeat(directions[:, :, None], 3, axis=2).reshape(-1, 3).astype(np.float32),
        paint=paint.reshape(-1, PAINTS),
        quads=quads,
        steps=steps,
    )


def joined(first: Ribbons, second: Ribbons) -> Ribbons:
    """Put the ribbons of two meshes, which have the same number of steps, into one."""
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
