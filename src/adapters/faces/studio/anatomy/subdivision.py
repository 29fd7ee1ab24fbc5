"""Refinement of a quad mesh as one sparse matrix, which is built once and applied in every frame."""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.render.kernels import FloatArray, IntArray, kernel


@kernel
def _multiply_rows(
    starts: IntArray, columns: IntArray, weights: FloatArray, points: FloatArray, out: FloatArray
) -> None:
    for row in range(len(starts) - 1):
        x = y = z = np.float32(0)
        for entry in range(starts[row], starts[row + 1]):
            column, weight = columns[entry], weights[entry]
            x += weight * points[column, 0]
            y += weight * points[column, 1]
            z += weight * points[column, 2]
        out[row, 0], out[row, 1], out[row, 2] = x, y, z


@dataclass(frozen=True, slots=True)
class Subdivision:
    """One level of refinement of a fixed quad mesh: a matrix in compressed sparse rows, and the fine quads."""

    starts: IntArray
    columns: IntArray
    weights: FloatArray
    quads: IntArray
    source: IntArray
    """The coarse quad from which each fine quad comes."""

    def __call__(self, points: FloatArray) -> FloatArray:
        """Return the fine vertices (m, 3) of the coarse ones (n, 3)."""
        out = np.empty((len(self.starts) - 1, 3), dtype=np.float32)
        _multiply_rows(self.starts, self.columns, self.weights, points, out)
        return out

    def field(self, values: FloatArray) -> FloatArray:
        """Return the fine vertices' values (m,) of one number per coarse vertex (n,)."""
        points = np.zeros((len(values), 3), dtype=np.float32)
        points[:, 0] = values
        return np.ascontiguousarray(self(points)[:, 0])
