"""The shirt: a crew neck, painted on the bust like everything else."""

import math

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Surface, fade
from adapters.faces.studio.render.noise import smoothstep, value_noise

COLLAR, COLLAR_WIDTH, COLLAR_EDGE = 0.5, 0.14, 0.02
"""Where the shirt's field (0..1, falling towards the neck) has its edge; width of the ribbed band; softness."""
SEAM = 0.02
CLOTH_SCATTER = (0.13, 0.11, 0.07)


@inlined
def shirt_cover(field: float) -> float:
    """How much of a point the shirt covers, 0..1."""
    return smoothstep(COLLAR - COLLAR_EDGE, COLLAR + COLLAR_EDGE, field)


@inlined
def paint_shirt(x: float, y: float, z: float, field: float, dye: Rgb) -> Surface:
    """Return cloth: faintly mottled, ribbed along the collar, with a dark seam under the band."""
    band = COLLAR + COLLAR_WIDTH
    shade = 0.95 + 0.1 * value_noise(x * 3, y * 3, z * 3)
    if field < band + 3 * SEAM:
        ribs = 0.5 + 0.5 * math.sin(math.atan2(x, z - 0.2) * 170)
        in_band = smoothstep(COLLAR, COLLAR + 0.03, field) * smoothstep(band + SEAM, band - SEAM / 2, field)
        in_seam = smoothstep(band - SEAM / 2, band + SEAM, field) * smoothstep(
            band + 3 * SEAM, band + SEAM, field
        )
        shade -= 0.12 * in_band * ribs + 0.30 * in_seam
    return Surface(fade(dye, shade), CLOTH_SCATTER, 0.0, 8.0, 0.0, 1.0)
