"""Strands' patterns and the painted scalp under them."""

from adapters.faces.studio.design.appearance import HairLook
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Surface, fade, mix
from adapters.faces.studio.render.noise import flat_noise, smoothstep, value_noise

LOWEST_FUZZ = -0.15
"""Height beside the hairline under which no undercoat reaches."""
NO_SCATTER = (0.0, 0.0, 0.0)


@inlined
def strand_pattern(across: float, along: float, seed: float) -> float:
    """Return fine and coarse streaks along a lock, 0..1; `across` counts streaks."""
    row = int(seed * 8191)
    return 0.6 * flat_noise(across, along, row) + 0.4 * flat_noise(across * 2.7, along * 1.6, row + 1)


@inlined
def scalp_cover(x: float, y: float, z: float, height: float, hair: HairLook) -> float:
    """How much the undercoat covers the skin at a height above the hairline; its edge is ragged."""
    if height < LOWEST_FUZZ or hair.cover <= 0:
        return 0.0
    fringe = value_noise(x * 9, y * 3, z * 9) - 0.5
    fine = value_noise(x * 40, y * 8, z * 40) - 0.5
    return smoothstep(-0.04, 0.12, height + hair.ragged * fringe + 0.10 * fine) * hair.cover


@inlined
def paint_strand(along: float, across: float, seed: float, hair: HairLook) -> Surface:
    """Return the surface of a lock of hair: streaked, darker at its root and edges."""
    pattern = strand_pattern(across * 3.5 + 50 * seed, along * 2.0, seed)
    colour = mix(hair.colour, hair.highlight, 0.32 * smoothstep(0.55, 0.95, pattern))
    shade = (0.66 + 0.34 * smoothstep(0.0, 0.35, along)) * (0.70 + 0.42 * pattern) * (0.86 + 0.28 * seed)
    shade *= 1 - 0.30 * across * across
    return Surface(fade(colour, shade), NO_SCATTER, 0.0, 8.0, 1.0, 1.0)
