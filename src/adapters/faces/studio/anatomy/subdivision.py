"""Refinement of a quad mesh as one sparse matrix, which is built once and applied in every frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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

    def rows(self, chosen: NDArray[np.int64]) -> "Subdivision":
        """Return the part of the matrix that gives the chosen fine vertices alone, in their order, without quads."""
        lengths = np.diff(self.starts)[chosen]
        ends = np.cumsum(lengths)
        entries = np.arange(ends[-1]) + np.repeat(self.starts[chosen] - ends + lengths, lengths)
        nothing = np.empty(0, dtype=np.int32)
        return Subdivision(
            starts=np.concatenate([[0], ends]).astype(np.int32),
            columns=self.columns[entries],
            weights=self.weights[entries],
            quads=nothing.reshape(0, 4),
            source=nothing,
        )
