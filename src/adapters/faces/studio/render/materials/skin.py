"""Skin, and what is painted on it.

All is painted in the rest pose, so that it follows every morph. Coordinates are decimetres: the eyes lie at
x = ±0.31, y = 7.28, the mouth at y = 6.6.
"""

import math
from typing import NamedTuple

from adapters.faces.studio.design.appearance import Appearance, SkinAppearance
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.brows import with_brows
from adapters.faces.studio.render.materials.cloth import with_shirt
from adapters.faces.studio.render.materials.lips import with_lips
from adapters.faces.studio.render.materials.mouth import with_lining
from adapters.faces.studio.render.materials.scalp import with_undercoat
from adapters.faces.studio.render.materials.stubble import with_stubble
from adapters.faces.studio.render.materials.surface import Point, Surface
from adapters.faces.studio.render.noise import flat_noise, smoothstep, value_noise
from adapters.faces.studio.render.vectors import Vector, scale, tint

SKIN_SCATTER = (0.42, 0.22, 0.14)
SKIN_GLOSS, SKIN_SHININESS = 0.20, 26.0
CHEEK_TOP, CHIN = 7.45, 6.5
"""Heights between which cheeks blush and eyes look tired."""


class SkinPaint(NamedTuple):
    """What is painted on the skin at a point; see `SkinColumn`."""

    lips: float
    mouth: float
    eyelid: float
    ear: float
    scalp: float
    shirt: float


@inlined
def _bell(value: float, centre: float, width: float) -> float:
    """Return a Gaussian of height 1."""
    t = (value - centre) / width
    return math.exp(-t * t)


@inlined
def _furrows(rest: Vector, lines: float) -> float:
    """Return how deep the forehead's furrows are, 0..1."""
    x, y, _ = rest
    furrow = math.sin((y + 0.02 * math.sin(x * 6)) * 52) * smoothstep(7.55, 7.68, y)
    furrow *= smoothstep(8.02, 7.90, y) * smoothstep(0.5, 0.3, abs(x)) * lines
    return max(0.0, furrow)


@inlined
def complexion(rest: Vector, paint: SkinPaint, skin: SkinAppearance) -> Rgb:
    """Return the skin's tone with mottling, blush on cheeks, nose and ears, freckles and tired eyes."""
    x, y, z = rest
    side = abs(x)
    cheek = nose = bag = 0.0
    if CHIN < y < CHEEK_TOP and z > 0.6:
        cheek = _bell(side, 0.42, 0.21) * _bell(y, 6.97, 0.20) * smoothstep(0.6, 1.2, z)
        nose = _bell(x, 0.0, 0.16) * _bell(y, 6.95, 0.17) * smoothstep(1.45, 1.6, z)
        bag = _bell(side, 0.29, 0.15) * _bell(y, 7.13, 0.07) * skin.tired
    broad = value_noise(x * 5 + 7, y * 5, z * 5) - 0.5
    fine = flat_noise(x * 38 + z * 23, y * 38, 3) - 0.5
    blush = skin.blush * (cheek + 0.7 * nose + 0.55 * paint.ear) + 0.03 * broad
    colour = scale(skin.tone, 1 + 0.04 * broad + 0.02 * fine)
    colour = tint(colour, (1.0, 1 - 0.42 * blush, 1 - 0.36 * blush))
    if skin.freckles > 0 and cheek + nose > 0.25:
        spots = smoothstep(0.72, 0.80, value_noise(x * 26 + 3, y * 26, z * 26))
        spots *= smoothstep(0.25, 0.7, cheek + nose) * skin.freckles
        colour = tint(colour, (1 - 0.18 * spots, 1 - 0.30 * spots, 1 - 0.38 * spots))
    lid = 0.35 * paint.eyelid
    colour = tint(colour, (1 - 0.25 * lid, 1 - 0.42 * lid, 1 - 0.38 * lid))
    colour = tint(colour, (1 - 0.20 * bag, 1 - 0.26 * bag, 1 - 0.20 * bag))
    if skin.lines > 0:
        furrow = _furrows(rest, skin.lines)
        colour = tint(colour, (1 - 0.10 * furrow, 1 - 0.14 * furrow, 1 - 0.15 * furrow))
    return colour


@inlined
def paint_skin(point: Point, paint: SkinPaint, appearance: Appearance) -> Surface:
    """Return the surface of a point of the body: skin, and layer by layer what is painted on it."""
    rest = point.rest
    ambient = max(point.ambient, 0.20 * min(paint.mouth, 1.0))
    colour = complexion(rest, paint, appearance.skin)
    surface = Surface(
        albedo=colour,
        scatter=SKIN_SCATTER,
        gloss=SKIN_GLOSS,
        shininess=SKIN_SHININESS,
        ambient=ambient,
        key=point.key,
    )
    surface = with_stubble(surface, rest, paint.lips, appearance.skin)
    surface = with_lips(surface, rest, paint.lips, appearance.skin.lips)
    surface = with_brows(surface, rest, appearance.brows)
    surface = with_lining(surface, rest, paint.mouth)
    surface = with_undercoat(surface, rest, paint.scalp, appearance.hair)
    return with_shirt(surface, rest, paint.shirt, appearance.shirt)
