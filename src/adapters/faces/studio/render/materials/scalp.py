"""The scalp: short hair painted on the skin between the locks and around them."""

import math

from adapters.faces.studio.design.appearance import HairAppearance
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.hair import strand_pattern
from adapters.faces.studio.render.materials.surface import Surface
from adapters.faces.studio.render.noise import smoothstep, value_noise
from adapters.faces.studio.render.vectors import Vector, blend, scale

LOWEST_UNDERCOAT = -0.15
"""The lowest height, relative to the hairline, at which there is undercoat."""


@inlined
def undercoat_cover(rest: Vector, height: float, hair: HairAppearance) -> float:
    """Return how much the undercoat covers the skin at a height above the hairline; its edge is ragged."""
    if height < LOWEST_UNDERCOAT or hair.cover <= 0:
        return 0.0
    x, y, z = rest
    fringe = value_noise(x * 9, y * 3, z * 9) - 0.5
    fine = value_noise(x * 40, y * 8, z * 40) - 0.5
    return smoothstep(-0.04, 0.12, height + hair.ragged * fringe + 0.10 * fine) * hair.cover


@inlined
def with_undercoat(surface: Surface, rest: Vector, height: float, hair: HairAppearance) -> Surface:
    """Return skin with the undercoat over it."""
    cover = undercoat_cover(rest, height, hair)
    if cover <= 0:
        return surface
    pattern = strand_pattern(math.atan2(rest[0], rest[2] - 0.05) * 14, height * 2.0, 0.37)
    return Surface(
        albedo=blend(surface.albedo, scale(hair.undercoat, 0.75 + 0.5 * pattern), cover),
        scatter=scale(surface.scatter, 1 - cover),
        gloss=surface.gloss * (1 - cover),
        shininess=surface.shininess,
        ambient=surface.ambient,
        key=surface.key,
    )
