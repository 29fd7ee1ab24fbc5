"""The light of a scene, and how much of it reaches a point."""

from typing import NamedTuple

from adapters.faces.studio.design.appearance import Ambience
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import FloatArray, inlined
from adapters.faces.studio.render.lamps import KEY
from adapters.faces.studio.render.vectors import Vector, add, scale

SHADOW_BIAS = 0.07
"""Decimetres by which a surface may lie behind the shadow map before it is in shadow."""


class Lighting(NamedTuple):
    """The scene's light as kernels read it."""

    eye: FloatArray
    """Where the camera stands, (3,)."""
    lamps: FloatArray
    shadow_depth: FloatArray
    shadow_matrix: FloatArray


@inlined
def shadow_at(position: Vector, light: Lighting) -> float:
    """Return the share of the key lamp's light that reaches a point.

    Four by four texels are compared and blended by where the point lies between them (percentage-closer
    filtering), so that a shadow's edge is three texels soft and has no grain.
    """
    x, y, z = position
    matrix, depth = light.shadow_matrix, light.shadow_depth
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


@inlined
def ambient_light(normal: Vector, ambience: Ambience) -> Rgb:
    """Return the light from all around on an open surface: the more of the sky the more it faces up."""
    up = 0.5 + 0.5 * normal[1]
    return add(scale(ambience.sky, up), scale(ambience.ground, 1 - up))


@inlined
def lamp_share(lamp: int, ambient: float, key: float) -> float:
    """Return the share of a lamp's light that reaches a surface; only the key lamp has a shadow map."""
    return key if lamp == KEY else 0.35 + 0.65 * ambient
