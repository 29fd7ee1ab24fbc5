"""What hides light: ambient occlusion once a face, a shadow map of the key lamp once a frame."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from adapters.faces.studio.render.kernels import FloatArray, IntArray, kernel
from adapters.faces.studio.render.mesh import DrawMesh, transform
from adapters.faces.studio.render.rasterizer import NO_IDS, rasterize, rasterize_depth

CENTRE = (0.0, 6.95, 0.3)
"""Middle of the bust, about which depth maps are laid out."""
REACH = 2.7
"""Half the width of a depth map in decimetres."""
AMBIENT_RESOLUTION = 220
AMBIENT_DIRECTIONS = 48
LOWEST_DIRECTION = -0.75
"""Directions from further below than this (their y) hardly matter and are left out."""
AMBIENT_BIAS = 0.03
"""Decimetres by which a surface may lie behind the map before it counts as hidden."""
GRAZING = 0.02
"""Cosine under which a surface turns its edge to a direction and does not count it."""


@dataclass(frozen=True, slots=True)
class ShadowMap:
    """Depth as a lamp sees it."""

    depth: FloatArray
    matrix: FloatArray
    """World to map: rows x and y in texels, depth in decimetres; (3, 4)."""


def _view_along(direction: FloatArray, resolution: int, reach: float) -> FloatArray:
    """Return the matrix (3, 4) of an orthographic view from the direction towards the bust."""
    aside = np.cross([0.0, 1.0, 0.0], direction)
    if np.linalg.norm(aside) < 1e-3:
        aside = np.array([1.0, 0.0, 0.0])
    aside /= np.linalg.norm(aside)
    scale = resolution / (2 * reach)
    rows = np.stack([aside * scale, -np.cross(direction, aside) * scale, -direction])
    shift = -rows @ np.array(CENTRE) + np.array([resolution / 2, resolution / 2, 0.0])
    return np.hstack([rows, shift[:, None]]).astype(np.float32)


def shadow_map(mesh: DrawMesh, direction: FloatArray, resolution: int) -> ShadowMap:
    """Draw the depth map of a lamp in the given direction (unit, from the bust).

    The bust is closed, so that what turns its back to the lamp lies behind something that does not.
    """
    matrix = _view_along(direction.astype(np.float64), resolution, REACH)
    depth = np.empty((resolution, resolution), dtype=np.float32)
    rasterize(transform(matrix, mesh.points), mesh.triangles, mesh.two_sided, depth, NO_IDS)
    return ShadowMap(depth, matrix)


def _directions(count: int) -> FloatArray:
    """Spread directions evenly over the sphere on a Fibonacci spiral, without the lowest."""
    index = np.arange(count) + 0.5
    height = 1 - 2 * index / count
    around = pi * (1 + sqrt(5)) * index
    ring = np.sqrt(1 - height**2)
    spread = np.stack([np.cos(around) * ring, height, np.sin(around) * ring], axis=1)
    return spread[height > LOWEST_DIRECTION].astype(np.float32)


@kernel
def _gather(
    screen: FloatArray, normals: FloatArray, direction: FloatArray, depth: FloatArray, sums: FloatArray
) -> None:
    """Add what each vertex sees of one direction (column 0) to what it could see (column 1)."""
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
        nearest = screen[i, 2] - AMBIENT_BIAS * (1 + 1.5 * (1 - cosine))
        seen = 0
        for v in range(y - 1, y + 2):
            for u in range(x - 1, x + 2):
                if nearest < depth[v, u]:
                    seen += 1
        sums[i, 0] += cosine * seen / 9


def ambient_occlusion(
    points: FloatArray, normals: FloatArray, triangles: IntArray, directions: int = AMBIENT_DIRECTIONS
) -> FloatArray:
    """Return the share of the surroundings that each vertex sees, cosine-weighted, 0..1."""
    sums = np.zeros((len(points), 2), dtype=np.float32)
    depth = np.empty((AMBIENT_RESOLUTION, AMBIENT_RESOLUTION), dtype=np.float32)
    for direction in _directions(directions):
        matrix = _view_along(direction.astype(np.float64), AMBIENT_RESOLUTION, REACH)
        screen = transform(matrix, points)
        rasterize_depth(screen, triangles, depth)
        _gather(screen, normals, direction, depth, sums)
    return np.asarray((sums[:, 0] + 1e-3) / (sums[:, 1] + 1e-3), dtype=np.float32)
