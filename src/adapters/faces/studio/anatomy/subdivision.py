"""Catmull-Clark subdivision as one sparse matrix that is built once and applied every frame."""

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
    """One level of refinement of a fixed quad mesh: a matrix in compressed rows, and the finer quads."""

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
        """Refine one number a vertex as if it were a coordinate."""
        points = np.zeros((len(values), 3), dtype=np.float32)
        points[:, 0] = values
        return np.ascontiguousarray(self(points)[:, 0])


class _Entries:
    """Collects the matrix as coordinates; repeated ones add up."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.int64]] = []
        self._columns: list[NDArray[np.int64]] = []
        self._weights: list[NDArray[np.float64]] = []

    def add(
        self, rows: NDArray[np.integer], columns: NDArray[np.integer], weights: NDArray[np.float64] | float
    ) -> None:
        self._rows.append(rows.astype(np.int64))
        self._columns.append(columns.astype(np.int64))
        self._weights.append(np.broadcast_to(np.asarray(weights, dtype=np.float64), rows.shape))

    def compress(self, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        keys, position = np.unique(
            np.concatenate(self._rows) * width + np.concatenate(self._columns), return_inverse=True
        )
        weights = np.bincount(position.ravel(), np.concatenate(self._weights)).astype(np.float64)
        return keys // width, keys % width, weights


def catmull_clark(quads: IntArray, size: int) -> Subdivision:
    """Build one level of Catmull-Clark for a quad mesh over `size` vertices.

    Rules of Catmull and Clark (1978); borders follow the cubic B-spline curve of the border edges.
    Vertices that no quad uses do not come out.
    """
    count = len(quads)
    edges, inverse, uses = np.unique(
        np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1),
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    edge_of_side = inverse.reshape(count, 4)
    inner = uses == 2
    faces_at = np.bincount(quads.ravel(), minlength=size).astype(np.float64)
    on_border = np.zeros(size, dtype=bool)
    on_border[edges[~inner].ravel()] = True
    first_edge, first_face = size, size + len(edges)
    entries = _Entries()

    faces = np.arange(count)
    entries.add(np.repeat(first_face + faces, 4), quads.ravel(), 0.25)

    sides = np.arange(len(edges))
    entries.add(np.repeat(first_edge + sides, 2), edges.ravel(), np.repeat(np.where(inner, 0.25, 0.5), 2))
    edge_corners = np.repeat(edge_of_side.ravel(), 4)
    corners = np.repeat(quads, 4, axis=0).ravel()
    shared = inner[edge_corners]
    entries.add(first_edge + edge_corners[shared], corners[shared], 1 / 16)

    smooth = np.flatnonzero(~on_border & (faces_at > 0))
    valence = faces_at[smooth]
    entries.add(smooth, smooth, (valence - 3) / valence)
    around = np.repeat(quads.ravel(), 4)
    is_smooth = ~on_border[around]
    entries.add(around[is_smooth], corners[is_smooth], 0.25 / faces_at[around[is_smooth]] ** 2)
    for start, end in (edges[inner].T, edges[inner].T[::-1]):
        here = ~on_border[start]
        weight = 1 / faces_at[start[here]] ** 2
        entries.add(start[here], start[here], weight)
        entries.add(start[here], end[here], weight)

    border = np.flatnonzero(on_border)
    entries.add(border, border, 0.75)
    neighbours = np.bincount(edges[~inner].ravel(), minlength=size)
    for start, end in (edges[~inner].T, edges[~inner].T[::-1]):
        entries.add(start, end, 0.25 / neighbours[start])

    fine = np.stack(
        [
            np.stack(
                [
                    quads[:, corner],
                    first_edge + edge_of_side[:, corner],
                    first_face + faces,
                    first_edge + edge_of_side[:, corner - 1],
                ],
                axis=1,
            )
            for corner in range(4)
        ],
        axis=1,
    ).reshape(-1, 4)
    rows, columns, weights = entries.compress(size)
    kept, fine_quads = np.unique(fine, return_inverse=True)
    position = np.full(first_face + count, -1)
    position[kept] = np.arange(len(kept))
    used = position[rows] >= 0
    lengths = np.bincount(position[rows[used]], minlength=len(kept))
    return Subdivision(
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        columns=columns[used].astype(np.int32),
        weights=weights[used].astype(np.float32),
        quads=np.ascontiguousarray(fine_quads.reshape(-1, 4), dtype=np.int32),
        source=np.repeat(faces, 4).astype(np.int32),
    )
