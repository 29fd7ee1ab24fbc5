"""The shadow map of the key lamp, drawn once a frame."""

from typing import NamedTuple

import numpy as np

from adapters.faces.studio.render.camera import orthographic_view
from adapters.faces.studio.render.kernels import FloatArray, inlined
from adapters.faces.studio.render.mesh import DrawMesh, transform
from adapters.faces.studio.render.rasterizer import NO_IDS, rasterize
from adapters.faces.studio.render.vectors import Vector

SHADOW_BIAS = 0.07
"""Decimetres by which a surface may lie behind the shadow map before it is in shadow."""


class ShadowMap(NamedTuple):
    """The distance from a lamp to the nearest surface."""

    depth: FloatArray
    """Decimetres, (resolution, resolution)."""
    matrix: FloatArray
    """World to map: rows x and y in texels, depth in decimetres; (3, 4)."""


def shadow_map(mesh: DrawMesh, direction: FloatArray, resolution: int) -> ShadowMap:
    """Draw the depth map of a lamp in the given direction (unit, from the bust).

    The bust is closed, so that a surface which faces away from the lamp lies behind one that faces it.
    """
    matrix = orthographic_view(direction.astype(np.float64), resolution)
    depth = np.empty((resolution, resolution), dtype=np.float32)
    rasterize(transform(matrix, mesh.points), mesh.triangles, mesh.two_sided, depth, NO_IDS)
    return ShadowMap(depth, matrix)


@inlined
def shadow_at(position: Vector, shadows: ShadowMap) -> float:
    """Return the share of the lamp's light that reaches a point, 0..1; 1 outside the map.

    Four by four texels are compared and blended by where the point lies between them (percentage-closer
    filtering), so that a shadow's edge is three texels soft and has no grain.
    """
    x, y, z = position
    depth, matrix = shadows
    size = len(depth)
    u = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2] * z + matrix[0, 3] - 0.5
    v = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2] * z + matrix[1, 3] - 0.5
    nearest = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2] * z + matrix[2, 3] - SHADOW_BIAS
    left, top = int(u) - 1, int(v) - 1
    if left < 0 or top < 0 or left + 3 >= size or top + 3 >= size:
        return 1.0
    across, down = u - int(u), v - int(v)
    total = 0.0
    for row in range(4):
        line = 0.0
        for column in range(4):
            if nearest < depth[top + row, left + column]:
                line += 1 - across if column == 0 else (across if column == 3 else 1.0)
        total += line * (1 - down if row == 0 else (down if row == 3 else 1.0))
    return total / 9
