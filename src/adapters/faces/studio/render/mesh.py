"""The mesh that is drawn: triangles, and what is painted on their vertices."""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.kernels import FloatArray, IntArray, kernel


class Part(IntEnum):
    """What a triangle belongs to."""

    SKIN = 0
    EYE = 1
    LASH = 2
    TEETH = 3
    TONGUE = 4
    HAIR = 5
    GLASSES = 6


class SkinColumn(IntEnum):
    """The columns of `DrawMesh.paint` at a vertex of the skin; shares of 0..1 where nothing else is said."""

    LIPS = 0
    MOUTH = 1
    EYELID = 2
    EAR = 3
    SCALP = 4
    """Height above the hairline in decimetres of the rest pose; negative where no hair grows."""
    SHIRT = 5


class StrandColumn(IntEnum):
    """The columns of `DrawMesh.paint` at a vertex of a strand of hair; the other columns are not used there."""

    ALONG = 0
    """0 at the root, 1 at the tip."""
    ACROSS = 1
    """-1 at the left edge, 1 at the right one."""
    TINT = 2
    """A random number in 0..1 for each strand, for its shade and pattern."""


PAINT_COLUMNS = len(SkinColumn)


class DrawMesh(NamedTuple):
    """The geometry of the figure: four arrays with a row for each vertex, then three with a row for each triangle."""

    points: FloatArray
    normals: FloatArray
    rest_or_direction: FloatArray
    """Strands: their direction. All else: the vertex in the rest pose, where patterns are painted."""
    paint: FloatArray
    """See `SkinColumn` and `StrandColumn`."""
    triangles: IntArray
    parts: NDArray[np.uint8]
    two_sided: NDArray[np.uint8]
    """1 for triangles that are also drawn when seen from behind: the inside of the mouth, strands of hair."""


@kernel
def accumulate_normals(points: FloatArray, quads: IntArray, normals: FloatArray) -> None:
    """Write the unit normal at each vertex of a quad mesh; its quads count by their area."""
    normals[:] = 0
    for quad in range(len(quads)):
        a, b, c, d = quads[quad, 0], quads[quad, 1], quads[quad, 2], quads[quad, 3]
        ex, ey, ez = points[c, 0] - points[a, 0], points[c, 1] - points[a, 1], points[c, 2] - points[a, 2]
        fx, fy, fz = points[d, 0] - points[b, 0], points[d, 1] - points[b, 1], points[d, 2] - points[b, 2]
        nx, ny, nz = ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx
        for corner in range(4):
            vertex = quads[quad, corner]
            normals[vertex, 0] += nx
            normals[vertex, 1] += ny
            normals[vertex, 2] += nz
    for vertex in range(len(normals)):
        x, y, z = normals[vertex, 0], normals[vertex, 1], normals[vertex, 2]
        length = np.sqrt(x * x + y * y + z * z) + 1e-12
        normals[vertex, 0] = x / length
        normals[vertex, 1] = y / length
        normals[vertex, 2] = z / length


def quad_normals(points: FloatArray, quads: IntArray) -> FloatArray:
    """Return smooth unit normals, pointing to the side from which the quads run counter-clockwise."""
    normals = np.empty_like(points)
    accumulate_normals(points, quads, normals)
    return normals


@kernel
def _apply(matrix: FloatArray, points: FloatArray, out: FloatArray) -> None:
    for i in range(len(points)):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        for row in range(3):
            out[i, row] = matrix[row, 0] * x + matrix[row, 1] * y + matrix[row, 2] * z + matrix[row, 3]


def transform(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """Return points moved by an affine matrix (3, 4); numpy's matrix product would start threads."""
    out = np.empty_like(points)
    _apply(matrix, points, out)
    return out


@kernel
def _follow_turn(
    matrix: FloatArray, pivot: FloatArray, follow: FloatArray, points: FloatArray, out: FloatArray
) -> None:
    for i in range(len(points)):
        x, y, z = points[i, 0] - pivot[0], points[i, 1] - pivot[1], points[i, 2] - pivot[2]
        for row in range(3):
            turned = matrix[row, 0] * x + matrix[row, 1] * y + matrix[row, 2] * z + pivot[row]
            out[i, row] = points[i, row] + (turned - points[i, row]) * follow[i]


def turn(matrix: FloatArray, pivot: FloatArray, follow: FloatArray, points: FloatArray) -> FloatArray:
    """Return points turned by a matrix (3, 3) about a pivot; `follow` (n,) is the share of the turn each one makes."""
    out = np.empty_like(points)
    _follow_turn(matrix, pivot, follow, points, out)
    return out


def triangulate(quads: IntArray) -> IntArray:
    """Split each quad into two triangles, one after the other."""
    return np.ascontiguousarray(quads[:, [0, 1, 2, 0, 2, 3]].reshape(-1, 3))
