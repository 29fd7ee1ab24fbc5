"""A quad mesh with its edges, as subdivision needs it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.kernels import IntArray

Indices = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class QuadMesh:
    """A quad mesh with its edges, and the numbers of the fine vertices that subdivision makes of it.

    Fine vertices are numbered: first one for each of the `size` coarse vertices, then one an edge, then one a face.
    """

    quads: IntArray
    size: int
    edges: Indices
    """(edges, 2) vertices."""
    edge_of_side: Indices
    """(faces, 4): the edge from each corner to the next one."""
    is_inner: NDArray[np.bool_]
    """Of an edge: whether two faces share it."""
    on_border: NDArray[np.bool_]
    """Of a vertex."""
    valence: NDArray[np.float64]
    """How many faces meet at each vertex."""

    @property
    def edge_points(self) -> Indices:
        """The numbers of the fine vertices on edges."""
        return self.size + np.arange(len(self.edges))

    @property
    def face_points(self) -> Indices:
        """The numbers of the fine vertices in faces."""
        return self.size + len(self.edges) + np.arange(len(self.quads))

    @property
    def corners_of_sides(self) -> Indices:
        """The four corners of each face, repeated for each of its four sides, as one row."""
        return np.repeat(self.quads, 4, axis=0).ravel()

    @property
    def fine_quads(self) -> Indices:
        """The four fine quads of each face (4 faces, 4): each from a corner over an edge to the face's point."""
        corners = [
            np.stack(
                [
                    self.quads[:, corner],
                    self.edge_points[self.edge_of_side[:, corner]],
                    self.face_points,
                    self.edge_points[self.edge_of_side[:, corner - 1]],
                ],
                axis=1,
            )
            for corner in range(4)
        ]
        return np.stack(corners, axis=1).reshape(-1, 4)


def with_edges(quads: IntArray, size: int) -> QuadMesh:
    """Find the edges of a quad mesh over `size` vertices."""
    edges, edge_of_side, uses = np.unique(
        np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1),
        axis=0,
        return_inverse=True,
        return_counts=True,
    )
    is_inner = uses == 2
    on_border = np.zeros(size, dtype=bool)
    on_border[edges[~is_inner].ravel()] = True
    return QuadMesh(
        quads=quads,
        size=size,
        edges=edges,
        edge_of_side=edge_of_side.reshape(-1, 4),
        is_inner=is_inner,
        on_border=on_border,
        valence=np.bincount(quads.ravel(), minlength=size).astype(np.float64),
    )
