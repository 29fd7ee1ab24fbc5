"""Catmull-Clark subdivision: the rules by which a quad mesh is refined.

E. Catmull and J. Clark, "Recursively generated B-spline surfaces on arbitrary topological meshes", Computer-Aided
Design 10(6), 1978, 350-355. Borders follow the cubic B-spline curve of the border edges.
"""

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.quad_mesh import Indices, QuadMesh, with_edges
from adapters.faces.studio.anatomy.subdivision import Subdivision
from adapters.faces.studio.render.kernels import IntArray


class _Matrix:
    """Collects the entries of the matrix from coarse to fine vertices; entries at one place add up."""

    def __init__(self) -> None:
        self._rows: list[NDArray[np.int64]] = []
        self._columns: list[NDArray[np.int64]] = []
        self._weights: list[NDArray[np.float64]] = []

    def add(self, rows: Indices, columns: Indices, weights: NDArray[np.float64] | float) -> None:
        self._rows.append(rows.astype(np.int64))
        self._columns.append(columns.astype(np.int64))
        self._weights.append(np.broadcast_to(np.asarray(weights, dtype=np.float64), rows.shape))

    def entries(self, width: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return rows, columns and weights, sorted by row and column."""
        places, place_of_entry = np.unique(
            np.concatenate(self._rows) * width + np.concatenate(self._columns), return_inverse=True
        )
        weights = np.bincount(place_of_entry.ravel(), np.concatenate(self._weights)).astype(np.float64)
        return places // width, places % width, weights


def catmull_clark(quads: IntArray, size: int) -> Subdivision:
    """Return one level of Catmull-Clark for a quad mesh over `size` vertices.

    Vertices that no quad uses have no fine vertex.
    """
    mesh = with_edges(quads, size)
    matrix = _Matrix()
    _add_face_points(matrix, mesh)
    _add_edge_points(matrix, mesh)
    _add_inner_vertices(matrix, mesh)
    _add_border_vertices(matrix, mesh)
    return _compressed(matrix, mesh)


def _add_face_points(matrix: _Matrix, mesh: QuadMesh) -> None:
    """Put each face's point at the mean of its corners."""
    matrix.add(np.repeat(mesh.face_points, 4), mesh.quads.ravel(), 0.25)


def _add_edge_points(matrix: _Matrix, mesh: QuadMesh) -> None:
    """Put each edge's point at the mean of its ends and its two faces' points; on a border, of its ends alone."""
    weights = np.repeat(np.where(mesh.is_inner, 0.25, 0.5), 2)
    matrix.add(np.repeat(mesh.edge_points, 2), mesh.edges.ravel(), weights)
    edge_of_corner = np.repeat(mesh.edge_of_side.ravel(), 4)
    inner = mesh.is_inner[edge_of_corner]
    matrix.add(mesh.edge_points[edge_of_corner[inner]], mesh.corners_of_sides[inner], 1 / 16)


def _add_inner_vertices(matrix: _Matrix, mesh: QuadMesh) -> None:
    """Move each inner vertex of valence n to (F + 2 E + (n - 3) V) / n.

    F is the mean of the points of its faces, E that of the middles of its edges, V the vertex itself.
    """
    vertices = np.flatnonzero(~mesh.on_border & (mesh.valence > 0))
    valence = mesh.valence[vertices]
    matrix.add(vertices, vertices, (valence - 3) / valence)
    vertex_of_corner = np.repeat(mesh.quads.ravel(), 4)
    inner = ~mesh.on_border[vertex_of_corner]
    vertex_of_corner = vertex_of_corner[inner]
    matrix.add(vertex_of_corner, mesh.corners_of_sides[inner], 0.25 / mesh.valence[vertex_of_corner] ** 2)
    edges = mesh.edges[mesh.is_inner].T
    for start, end in (edges, edges[::-1]):
        inner = ~mesh.on_border[start]
        weights = 1 / mesh.valence[start[inner]] ** 2
        matrix.add(start[inner], start[inner], weights)
        matrix.add(start[inner], end[inner], weights)


def _add_border_vertices(matrix: _Matrix, mesh: QuadMesh) -> None:
    """Keep each border vertex to three quarters; its neighbours along the border share the rest."""
    vertices = np.flatnonzero(mesh.on_border)
    matrix.add(vertices, vertices, 0.75)
    edges = mesh.edges[~mesh.is_inner]
    neighbours = np.bincount(edges.ravel(), minlength=mesh.size)
    for start, end in (edges.T, edges.T[::-1]):
        matrix.add(start, end, 0.25 / neighbours[start])


def _compressed(matrix: _Matrix, mesh: QuadMesh) -> Subdivision:
    """Leave out fine vertices that no quad uses, and store the matrix in compressed sparse rows."""
    rows, columns, weights = matrix.entries(mesh.size)
    kept, quads = np.unique(mesh.fine_quads, return_inverse=True)
    position = np.full(mesh.size + len(mesh.edges) + len(mesh.quads), -1)
    position[kept] = np.arange(len(kept))
    used = position[rows] >= 0
    lengths = np.bincount(position[rows[used]], minlength=len(kept))
    return Subdivision(
        starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        columns=columns[used].astype(np.int32),
        weights=weights[used].astype(np.float32),
        quads=np.ascontiguousarray(quads.reshape(-1, 4), dtype=np.int32),
        source=np.repeat(np.arange(len(mesh.quads)), 4).astype(np.int32),
    )
