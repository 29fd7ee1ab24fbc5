"""Stubble, painted on the skin."""

from adapters.faces.studio.design.appearance import SkinAppearance
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Surface, repainted
from adapters.faces.studio.render.noise import smoothstep, value_noise
from adapters.faces.studio.render.vectors import Vector, blend


@inlined
def stubble_cover(rest: Vector, lips: float) -> float:
    """Return how thickly a beard would grow, 0..1: on the jaw, the chin and the upper lip."""
    x, y, z = rest
    side = abs(x)
    jaw = smoothstep(6.97, 6.66, y + 0.25 * side) * smoothstep(0.30, 0.80, z) * smoothstep(6.02, 6.24, y)
    above = smoothstep(0.32, 0.20, side) * smoothstep(6.64, 6.70, y) * smoothstep(6.90, 6.82, y)
    above *= smoothstep(1.35, 1.5, z)
    cover = max(jaw, above) * (1 - lips)
    if cover <= 0:
        return 0.0
    grain = 0.70 + 0.45 * value_noise(x * 70, y * 50, z * 70)
    return cover * grain


@inlined
def with_stubble(surface: Surface, rest: Vector, lips: float, skin: SkinAppearance) -> Surface:
    """Return skin with stubble over it."""
    if skin.stubble <= 0:
        return surface
    cover = stubble_cover(rest, lips) * skin.stubble
    colour = blend(surface.albedo, skin.stubble_colour, 0.5 * cover)
    return repainted(surface, colour, surface.gloss * (1 - 0.4 * cover))
