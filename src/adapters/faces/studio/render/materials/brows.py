"""Eyebrows, painted on the skin stroke by stroke."""

import math

from adapters.faces.studio.design.appearance import BrowAppearance
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Surface, repainted
from adapters.faces.studio.render.noise import flat_noise, smoothstep
from adapters.faces.studio.render.vectors import Vector, blend

DENSITY = 1.2
"""How strongly the strokes cover the skin between them."""


@inlined
def brow_strokes(side: float, y: float, along: float, shift: float) -> float:
    """Return the pattern of a brow's hairs, 0..1; they stand at its inner end and lie down towards the outer."""
    lean = 1.25 - 0.95 * smoothstep(-0.05, 0.45, along)
    run = math.cos(lean) * side + math.sin(lean) * y
    cross = -math.sin(lean) * side + math.cos(lean) * y
    return 0.55 * flat_noise(cross * 75 + shift, run * 9, 2) + 0.45 * flat_noise(cross * 150, run * 14, 5)


@inlined
def brow_cover(rest: Vector, brows: BrowAppearance) -> float:
    """Return how much of a point an eyebrow's strokes cover, 0..1."""
    x, y, z = rest
    side = abs(x)
    if y < 7.28 or y > 7.8 or side > 0.68 or z < 0.8:
        return 0.0
    along = (side - 0.105) / 0.45
    clipped = min(max(along, 0.0), 1.0)
    arc = 7.470 + 0.048 * math.sin(clipped * 2.4 + 0.2) - 0.035 * clipped
    thickness = 0.044 * brows.thickness
    thickness *= (1 - 0.72 * smoothstep(0.40, 1.03, along)) * (0.55 + 0.45 * smoothstep(-0.06, 0.28, along))
    strokes = brow_strokes(side, y, along, 9 * (x > 0))
    cover = smoothstep(thickness * 1.15, thickness * 0.35, abs(y - arc) + 0.022 * (strokes - 0.5))
    cover *= smoothstep(-0.09, 0.14, along + 0.10 * (strokes - 0.5))
    cover *= smoothstep(1.05, 0.93, along + 0.04 * (strokes - 0.5))
    return min(0.95, cover * (0.66 + 0.42 * strokes) * DENSITY)


@inlined
def with_brows(surface: Surface, rest: Vector, brows: BrowAppearance) -> Surface:
    """Return skin with the eyebrows over it."""
    cover = brow_cover(rest, brows)
    if cover <= 0:
        return surface
    return repainted(surface, blend(surface.albedo, brows.colour, cover), surface.gloss * (1 - 0.7 * cover))
