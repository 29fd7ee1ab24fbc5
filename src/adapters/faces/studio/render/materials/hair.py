"""Locks of hair, which are drawn as ribbons."""

from typing import NamedTuple

from adapters.faces.studio.design.appearance import HairAppearance
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.noise import flat_noise, smoothstep
from adapters.faces.studio.render.vectors import blend, scale


class StrandPaint(NamedTuple):
    """What is painted on a lock's ribbon; see `StrandColumn`."""

    along: float
    across: float
    tint: float


@inlined
def strand_pattern(across: float, along: float, seed: float) -> float:
    """Return fine and coarse streaks along a lock, 0..1; `across` counts streaks."""
    row = int(seed * 8191)
    return 0.6 * flat_noise(across, along, row) + 0.4 * flat_noise(across * 2.7, along * 1.6, row + 1)


@inlined
def strand_colour(paint: StrandPaint, hair: HairAppearance) -> Rgb:
    """Return the colour of a lock: streaked, darker at its root and edges."""
    along, across, seed = paint
    pattern = strand_pattern(across * 3.5 + 50 * seed, along * 2.0, seed)
    colour = blend(hair.colour, hair.highlight, 0.32 * smoothstep(0.55, 0.95, pattern))
    shade = (0.66 + 0.34 * smoothstep(0.0, 0.35, along)) * (0.70 + 0.42 * pattern) * (0.86 + 0.28 * seed)
    shade *= 1 - 0.30 * across * across
    return scale(colour, shade)
