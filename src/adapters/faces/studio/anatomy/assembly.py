"""Puts the pieces of a character together: the head, and what is added to it."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.glasses import Tubes
from adapters.faces.studio.anatomy.head import Head
from adapters.faces.studio.anatomy.ribbons import Ribbons
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import Part, triangulate


class Moved(NamedTuple):
    """The arrays of a piece that change from frame to frame."""

    points: FloatArray
    normals: FloatArray
    rest_or_direction: FloatArray
    """As in `DrawMesh`."""


class Fixed(NamedTuple):
    """The arrays of all pieces that stay the same in every frame, in the order of `DrawMesh`."""

    paint: FloatArray
    triangles: IntArray
    parts: NDArray[np.uint8]
    two_sided: NDArray[np.uint8]


def join_moved(pieces: Iterable[Moved]) -> Moved:
    """Join the vertices of the pieces, one piece after another."""
    return Moved(*(np.concatenate(column) for column in zip(*pieces, strict=True)))


def join_fixed(head: Head, paint: FloatArray, added: Iterable[tuple[Ribbons | Tubes, Part]]) -> Fixed:
    """Join paint and triangles of the head and of what is added, in the order of their vertices."""
    paints, triangles = [paint], [head.triangles]
    parts, two_sided = [head.triangle_parts], [head.two_sided]
    first = len(head.rest)
    for piece, part in added:
        more = triangulate(piece.quads) + np.int32(first)
        paints.append(piece.paint)
        triangles.append(more)
        parts.append(np.full(len(more), part, dtype=np.uint8))
        two_sided.append(np.ones(len(more), dtype=np.uint8))
        first += len(piece.points)
    return Fixed(
        np.concatenate(paints), np.concatenate(triangles), np.concatenate(parts), np.concatenate(two_sided)
    )
