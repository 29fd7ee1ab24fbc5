"""Ambient occlusion: how much of the light from all around reaches each vertex; computed once a face."""

from math import pi, sqrt

import numpy as np

from adapters.faces.studio.render.camera import orthographic_view
from adapters.faces.studio.render.kernels import FloatArray, IntArray, kernel
from adapters.faces.studio.render.mesh import transform
from adapters.faces.studio.render.rasterizer import rasterize_depth

RESOLUTION = 220
DIRECTIONS = 48
LOWEST_DIRECTION = -0.75
"""Directions with a y below this, from the ground, change very little and are left out."""
BIAS = 0.03
"""Decimetres by which a surface may lie behind the map before it counts as hidden."""
GRAZING = 0.02
"""Cosine under which a direction is too flat on a surface to count."""


def _directions() -> FloatArray:
    """Spread directions evenly over the sphere on a Fibonacci spiral, without the lowest."""
    index = np.arange(DIRECTIONS) + 0.5
    height = 1 - 2 * index / DIRECTIONS
    around = pi * (1 + sqrt(5)) * index
    ring = np.sqrt(1 - height**2)
    spread = np.stack([np.cos(around) * ring, height, np.sin(around) * ring], axis=1)
    return spread[height > LOWEST_DIRECTION].astype(np.float32)


@kernel
def _gather(
    screen: FloatArray, normals: FloatArray, direction: FloatArray, depth: FloatArray, sums: FloatArray
) -> None:
    """Add what reaches each vertex from one direction (column 0) to what could reach it (column 1)."""
    size = len(depth)
    for i in range(len(screen)):
        cosine = normals[i, 0] * direction[0] + normals[i, 1] * direction[1] + normals[i, 2] * direction[2]
        if cosine <= GRAZING:
            continue
        sums[i, 1] += cosine
        x, y = int(screen[i, 0]), int(screen[i, 1])
        if x < 1 or y < 1 or x >= size - 1 or y >= size - 1:
            sums[i, 0] += cosine
            continue
        nearest = screen[i, 2] - BIAS * (1 + 1.5 * (1 - cosine))
        seen = 0
        for v in range(y - 1, y + 2):
            for u in range(x - 1, x + 2):
                if nearest < depth[v, u]:
                    seen += 1
        sums[i, 0] += cosine * seen / 9


def ambient_occlusion(points: FloatArray, normals: FloatArray, triangles: IntArray) -> FloatArray:
    """Return the share of the light from all around that reaches each vertex, weighted by the cosine, 0..1."""
    sums = np.zeros((len(points), 2), dtype=np.float32)
    depth = np.empty((RESOLUTION, RESOLUTION), dtype=np.float32)
    for direction in _directions():
        matrix = orthographic_view(direction.astype(np.float64), RESOLUTION)
        screen = transform(matrix, points)
        rasterize_depth(screen, triangles, depth)
        _gather(screen, normals, direction, depth, sums)
    return np.asarray((sums[:, 0] + 1e-3) / (sums[:, 1] + 1e-3), dtype=np.float32)
