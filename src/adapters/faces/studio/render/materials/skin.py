"""Skin, lips, brows and stubble, painted in the rest pose so that they follow every morph.

Coordinates are decimetres of the rest pose: the eyes lie at x = ±0.31, y = 7.28, the mouth at y = 6.6.
"""

import math

from adapters.faces.studio.design.appearance import BrowLook, Look, SkinLook
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.cloth import paint_shirt, shirt_cover
from adapters.faces.studio.render.materials.hair import scalp_cover, strand_pattern
from adapters.faces.studio.render.materials.surface import Surface, fade, mix, tint
from adapters.faces.studio.render.noise import flat_noise, smoothstep, value_noise

SKIN_SCATTER = (0.42, 0.22, 0.14)
CHEEK_TOP, CHIN = 7.45, 6.5
"""Heights between which cheeks blush and eyes look tired."""


@inlined
def _bump(value: float, centre: float, width: float) -> float:
    """A bell of height 1."""
    t = (value - centre) / width
    return math.exp(-t * t)


@inlined
def complexion(x: float, y: float, z: float, ear: float, eyelid: float, skin: SkinLook) -> Rgb:
    """Tone with mottling, blush on cheeks, nose and ears, freckles and tired eyes."""
    side = abs(x)
    cheek = nose = bag = 0.0
    if CHIN < y < CHEEK_TOP and z > 0.6:
        cheek = _bump(side, 0.42, 0.21) * _bump(y, 6.97, 0.20) * smoothstep(0.6, 1.2, z)
        nose = _bump(x, 0.0, 0.16) * _bump(y, 6.95, 0.17) * smoothstep(1.45, 1.6, z)
        bag = _bump(side, 0.29, 0.15) * _bump(y, 7.13, 0.07) * skin.tired
    broad = value_noise(x * 5 + 7, y * 5, z * 5) - 0.5
    fine = flat_noise(x * 38 + z * 23, y * 38, 3) - 0.5
    blush = skin.blush * (cheek + 0.7 * nose + 0.55 * ear) + 0.03 * broad
    colour = fade(skin.tone, 1 + 0.04 * broad + 0.02 * fine)
    colour = tint(colour, 1.0, 1 - 0.42 * blush, 1 - 0.36 * blush)
    if skin.freckles > 0 and cheek + nose > 0.25:
        spots = smoothstep(0.72, 0.80, value_noise(x * 26 + 3, y * 26, z * 26))
        spots *= smoothstep(0.25, 0.7, cheek + nose) * skin.freckles
        colour = tint(colour, 1 - 0.18 * spots, 1 - 0.30 * spots, 1 - 0.38 * spots)
    lid = 0.35 * eyelid
    colour = tint(colour, 1 - 0.25 * lid, 1 - 0.42 * lid, 1 - 0.38 * lid)
    colour = tint(colour, 1 - 0.20 * bag, 1 - 0.26 * bag, 1 - 0.20 * bag)
    if skin.lines > 0:
        furrow = math.sin((y + 0.02 * math.sin(x * 6)) * 52) * smoothstep(7.55, 7.68, y)
        furrow *= smoothstep(8.02, 7.90, y) * smoothstep(0.5, 0.3, side) * skin.lines
        furrow = max(0.0, furrow)
        colour = tint(colour, 1 - 0.10 * furrow, 1 - 0.14 * furrow, 1 - 0.15 * furrow)
    return colour


@inlined
def stubble_cover(x: float, y: float, z: float, lips: float) -> float:
    """Where a beard would grow: jaw, chin and upper lip."""
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
def brow_cover(x: float, y: float, z: float, brows: BrowLook) -> float:
    """How much of a point an eyebrow's strokes cover, 0..1."""
    side = abs(x)
    if y < 7.28 or y > 7.8 or side > 0.68 or z < 0.8:
        return 0.0
    along = (side - 0.105) / 0.45
    clipped = min(max(along, 0.0), 1.0)
    arc = 7.470 + 0.048 * math.sin(clipped * 2.4 + 0.2) - 0.035 * clipped + brows.rise
    thickness = 0.044 * brows.thickness
    thickness *= (1 - 0.72 * smoothstep(0.40, 1.03, along)) * (0.55 + 0.45 * smoothstep(-0.06, 0.28, along))
    lean = 1.25 - 0.95 * smoothstep(-0.05, 0.45, along)
    run = math.cos(lean) * side + math.sin(lean) * y
    cross = -math.sin(lean) * side + math.cos(lean) * y
    strokes = 0.55 * flat_noise(cross * 75 + 9 * (x > 0), run * 9, 2) + 0.45 * flat_noise(
        cross * 150, run * 14, 5
    )
    cover = smoothstep(thickness * 1.15, thickness * 0.35, abs(y - arc) + 0.022 * (strokes - 0.5))
    cover *= smoothstep(-0.09, 0.14, along + 0.10 * (strokes - 0.5))
    cover *= smoothstep(1.05, 0.93, along + 0.04 * (strokes - 0.5))
    return min(0.95, cover * (0.66 + 0.42 * strokes) * brows.density)


@inlined
def paint_skin(
    x: float,
    y: float,
    z: float,
    lips: float,
    mouth: float,
    eyelid: float,
    ear: float,
    scalp: float,
    shirt: float,
    look: Look,
) -> Surface:
    """Return the surface of a point of the body: skin, or what is painted over it."""
    skin = look.skin
    colour = complexion(x, y, z, ear, eyelid, skin)
    gloss, shininess, openness = 0.20, 26.0, 1.0
    scatter = SKIN_SCATTER
    if skin.stubble > 0:
        beard = stubble_cover(x, y, z, lips) * skin.stubble
        colour = mix(colour, skin.stubble_colour, 0.5 * beard)
        gloss *= 1 - 0.4 * beard
    lip = smoothstep(0.35, 0.75, lips)
    if lip > 0:
        crease = 0.93 + 0.12 * flat_noise(x * 90, y * 6, 0)
        colour = mix(colour, fade(skin.lips, crease), lip)
        gloss += 0.42 * lip
        shininess += 22 * lip
    brow = brow_cover(x, y, z, look.brows)
    if brow > 0:
        colour = mix(colour, look.brows.colour, brow)
        gloss *= 1 - 0.7 * brow
    if mouth > 0:
        inside = smoothstep(0.2, 0.8, mouth)
        depth = smoothstep(1.0, 1.5, z)
        colour = mix(colour, fade((0.46, 0.13, 0.12), 0.45 + 0.55 * depth), inside)
        gloss += 0.25 * inside
        openness = 1 - inside * 0.45 * (1 - depth)
    cover = scalp_cover(x, y, z, scalp, look.hair)
    if cover > 0:
        pattern = strand_pattern(math.atan2(x, z - 0.05) * 14, scalp * 2.0, 0.37)
        colour = mix(colour, fade(look.hair.undercoat, 0.75 + 0.5 * pattern), cover)
        gloss *= 1 - cover
        scatter = fade(scatter, 1 - cover)
    cloth = shirt_cover(shirt)
    if cloth > 0:
        shirt_surface = paint_shirt(x, y, z, shirt, look.shirt)
        colour = mix(colour, shirt_surface.colour, cloth)
        gloss *= 1 - cloth
        scatter = mix(scatter, shirt_surface.scatter, cloth)
    return Surface(colour, scatter, gloss, shininess, 0.0, openness)
