"""The shirt: a crew neck, painted on the bust."""

import math

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Point, Surface, matt
from adapters.faces.studio.render.noise import smoothstep, value_noise
from adapters.faces.studio.render.vectors import Vector, blend, scale

COLLAR, COLLAR_WIDTH, COLLAR_EDGE = 0.5, 0.14, 0.02
"""Values of `SkinColumn.SHIRT`, which falls towards the neck: the shirt's edge, the width of the ribbed band, the
softness of the edge."""
SEAM = 0.02
CLOTH_SCATTER = (0.13, 0.11, 0.07)


@inlined
def shirt_cover(field: float) -> float:
    """Return how much of a point the shirt covers, 0..1."""
    return smoothstep(COLLAR - COLLAR_EDGE, COLLAR + COLLAR_EDGE, field)


@inlined
def shirt_colour(rest: Vector, field: float, dye: Rgb) -> Rgb:
    """Return the colour of cloth: faintly mottled, ribbed along the collar, with a dark seam under the band."""
    x, y, z = rest
    band = COLLAR + COLLAR_WIDTH
    shade = 0.95 + 0.1 * value_noise(x * 3, y * 3, z * 3)
    if field < band + 3 * SEAM:
        ribs = 0.5 + 0.5 * math.sin(math.atan2(x, z - 0.2) * 170)
        in_band = smoothstep(COLLAR, COLLAR + 0.03, field) * smoothstep(band + SEAM, band - SEAM / 2, field)
        in_seam = smoothstep(band - SEAM / 2, band + SEAM, field) * smoothstep(
            band + 3 * SEAM, band + SEAM, field
        )
        shade -= 0.12 * in_band * ribs + 0.30 * in_seam
    return scale(dye, shade)


@inlined
def paint_shirt(point: Point, field: float, dye: Rgb) -> Surface:
    """Return the surface of a point that the shirt covers wholly."""
    return matt(point, shirt_colour(point.rest, field, dye), CLOTH_SCATTER)


@inlined
def with_shirt(surface: Surface, rest: Vector, field: float, dye: Rgb) -> Surface:
    """Return skin with the collar's edge over it."""
    cover = shirt_cover(field)
    if cover <= 0:
        return surface
    return Surface(
        albedo=blend(surface.albedo, shirt_colour(rest, field, dye), cover),
        scatter=blend(surface.scatter, CLOTH_SCATTER, cover),
        gloss=surface.gloss * (1 - cover),
        shininess=surface.shininess,
        ambient=surface.ambient,
        key=surface.key,
    )
