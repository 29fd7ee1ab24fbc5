"""How a surface answers the lamps: soft skin, glossy lips, strands of hair, moist eyes."""

import math
from typing import NamedTuple

from adapters.faces.studio.design.appearance import Ambience
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import FloatArray, inlined
from adapters.faces.studio.render.lamps import KEY
from adapters.faces.studio.render.materials.surface import Surface
from adapters.faces.studio.render.noise import smoothstep

SHADOW_BIAS = 0.07
"""Decimetres by which a surface may lie behind the shadow map before it is in shadow."""
FARTHEST_WRAP = -0.42
"""Cosine under which no material lets a lamp from behind wrap round to the front."""
BLEED = 0.22
"""How far red light bleeds into a shadow's edge on skin."""
FRESNEL_AT_FRONT = 0.04


class Lighting(NamedTuple):
    """The scene's light as kernels read it."""

    eye: FloatArray
    lamps: FloatArray
    shadow_depth: FloatArray
    shadow_matrix: FloatArray


@inlined
def shadow_at(x: float, y: float, z: float, light: Lighting) -> float:
    """Return the share of the key lamp that reaches a point.

    Four by four texels are compared and blended by where the point lies between them (percentage-closer
    filtering), so that a shadow's edge is three texels soft and has no grain.
    """
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
def highlight(cosine: float, shininess: float) -> float:
    """Return a sharp lobe (a spherical Gaussian near Blinn-Phong) over the broad one that skin shows.

    Both keep their energy; the broad one has the exponent 8.
    """
    sharp = (shininess + 8) / 25.1 * math.exp(shininess * (cosine - 1))
    squared = cosine * cosine
    fourth = squared * squared
    return sharp + 0.35 * 16 / 25.1 * fourth * fourth


@inlined
def strand_highlight(along_half: float, sharpness: float) -> float:
    """Return the highlight of a fibre from the cosine between its direction and the half vector.

    After Kajiya and Kay (1989), with a Gaussian for the power of the sine.
    """
    return math.exp(-sharpness * along_half * along_half)


@inlined
def light_surface(
    surface: Surface,
    normal: Rgb,
    strand: Rgb,
    view: Rgb,
    open_share: float,
    shadow: float,
    light: Lighting,
    ambience: Ambience,
) -> Rgb:
    """Return the light that a surface sends to the viewer; directions are unit vectors.

    `open_share` is the ambient visibility, `shadow` the key lamp's.
    """
    nx, ny, nz = normal
    up = 0.5 + 0.5 * ny
    seen = open_share * surface.openness
    soft = 1 + 0.8 * (1 - seen) * surface.scatter[0]
    red = seen * (up * ambience.sky[0] + (1 - up) * ambience.ground[0]) * soft
    green = seen * (up * ambience.sky[1] + (1 - up) * ambience.ground[1])
    blue = seen * (up * ambience.sky[2] + (1 - up) * ambience.ground[2])
    shine_r = shine_g = shine_b = 0.0
    lamps = light.lamps
    for lamp in range(len(lamps)):
        lx, ly, lz = lamps[lamp, 0], lamps[lamp, 1], lamps[lamp, 2]
        facing = nx * lx + ny * ly + nz * lz
        if facing < FARTHEST_WRAP and surface.strand == 0:
            continue
        reaching = shadow if lamp == KEY else 0.35 + 0.65 * seen
        dimmed = reaching * (0.6 + 0.4 * seen)
        bled = (reaching + (1 - reaching) * surface.scatter[0] * BLEED * min(1.0, 2 * reaching)) * (
            0.6 + 0.4 * seen
        )
        if surface.strand > 0:
            along = strand[0] * lx + strand[1] * ly + strand[2] * lz
            round_fibre = math.sqrt(max(0.0, 1 - along * along))
            facing = 0.45 * max(0.0, facing + 0.25) + 0.55 * round_fibre * smoothstep(-0.4, 0.5, facing)
        red += lamps[lamp, 3] * bled * max(0.0, (facing + surface.scatter[0]) / (1 + surface.scatter[0]))
        green += lamps[lamp, 4] * dimmed * max(0.0, (facing + surface.scatter[1]) / (1 + surface.scatter[1]))
        blue += lamps[lamp, 5] * dimmed * max(0.0, (facing + surface.scatter[2]) / (1 + surface.scatter[2]))
        hx, hy, hz = lx + view[0], ly + view[1], lz + view[2]
        length = 1 / math.sqrt(hx * hx + hy * hy + hz * hz + 1e-9)
        if surface.strand > 0:
            along_half = (strand[0] * hx + strand[1] * hy + strand[2] * hz) * length
            sheen = 0.16 * strand_highlight(along_half + 0.10, 30.0)
            glow = 0.30 * strand_highlight(along_half - 0.12, 9.0)
            lit = reaching * seen * smoothstep(-0.2, 0.6, facing)
            shine_r += lamps[lamp, 3] * lit * (0.12 * sheen + glow * surface.colour[0])
            shine_g += lamps[lamp, 4] * lit * (0.12 * sheen + glow * surface.colour[1])
            shine_b += lamps[lamp, 5] * lit * (0.12 * sheen + glow * surface.colour[2])
        elif surface.gloss > 0 and facing > 0:
            cosine = max(0.0, (nx * hx + ny * hy + nz * hz) * length)
            grazing = 1 - max(0.0, (view[0] * hx + view[1] * hy + view[2] * hz) * length)
            squared = grazing * grazing
            fresnel = FRESNEL_AT_FRONT + (1 - FRESNEL_AT_FRONT) * squared * squared * grazing
            lit = (
                8 * surface.gloss * fresnel * highlight(cosine, surface.shininess) * facing * reaching * seen
            )
            shine_r += lamps[lamp, 3] * lit
            shine_g += lamps[lamp, 4] * lit
            shine_b += lamps[lamp, 5] * lit
    if surface.strand == 0:
        rim = 1 - max(0.0, nx * view[0] + ny * view[1] + nz * view[2])
        fuzz = 0.13 * rim * rim * rim * seen * up
        shine_r += fuzz * ambience.sky[0]
        shine_g += fuzz * ambience.sky[1]
        shine_b += fuzz * ambience.sky[2]
    colour = surface.colour
    return colour[0] * red + shine_r, colour[1] * green + shine_g, colour[2] * blue + shine_b


@inlined
def mirrored_lamps(normal: Rgb, view: Rgb, light: Lighting) -> float:
    """Return how much of the two front lamps a cornea mirrors: the catchlights that make eyes alive."""
    total = 0.0
    for lamp in range(2):
        hx = light.lamps[lamp, 0] + view[0]
        hy = light.lamps[lamp, 1] + view[1]
        hz = light.lamps[lamp, 2] + view[2]
        length = 1 / math.sqrt(hx * hx + hy * hy + hz * hz)
        cosine = (normal[0] * hx + normal[1] * hy + normal[2] * hz) * length
        total += smoothstep(0.985, 0.991, cosine) * (1.3 if lamp == KEY else 0.08)
    return total
