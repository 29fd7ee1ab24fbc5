"""What one sample of the picture sees: the triangle's point, its material, its light."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.appearance import Look
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import FloatArray, IntArray, inlined
from adapters.faces.studio.render.lighting import Lighting, light_surface, mirrored_lamps, shadow_at
from adapters.faces.studio.render.materials.cloth import paint_shirt, shirt_cover
from adapters.faces.studio.render.materials.eye import paint_eye
from adapters.faces.studio.render.materials.hair import paint_strand
from adapters.faces.studio.render.materials.skin import paint_skin
from adapters.faces.studio.render.materials.surface import Surface, fade
from adapters.faces.studio.render.mesh import Paint, Part
from adapters.faces.studio.render.noise import smoothstep

SKIN, EYE, LASH, TEETH, TONGUE, HAIR, GLASSES = (int(part) for part in Part)
LIPS, MOUTH, EYELID, EAR, SCALP, SHIRT = (
    int(paint) for paint in (Paint.LIPS, Paint.MOUTH, Paint.EYELID, Paint.EAR, Paint.SCALP, Paint.SHIRT)
)
ALONG, ACROSS, TINT = int(Paint.ALONG), int(Paint.ACROSS), int(Paint.TINT)

THROAT = (0.035, 0.008, 0.008)
ENAMEL = (0.84, 0.79, 0.71)
FLESH = (0.60, 0.24, 0.24)
ARCH_CENTRE, TEETH_IN_ARCH = 1.08, 13.0
"""Middle of the teeth's curve in the rest pose, and teeth to half a turn about it (odd: one gap in front)."""
FRAME = (0.025, 0.020, 0.020)
SOFT = (0.30, 0.25, 0.20)
HARD = (0.0, 0.0, 0.0)


class Geometry(NamedTuple):
    """The mesh as the shading kernel reads it; see `DrawMesh`."""

    screen: FloatArray
    points: FloatArray
    normals: FloatArray
    rest: FloatArray
    paint: FloatArray
    triangles: IntArray
    parts: NDArray[np.uint8]
    occlusion: FloatArray


@inlined
def unit(x: float, y: float, z: float) -> Rgb:
    """Scale a vector to length 1."""
    scale = 1 / math.sqrt(x * x + y * y + z * z + 1e-12)
    return (x * scale, y * scale, z * scale)


@inlined
def blended(
    values: FloatArray, a: int, b: int, c: int, column: int, wa: float, wb: float, wc: float
) -> float:
    """Interpolate one column of a vertex array over a triangle."""
    value: float = wa * values[a, column] + wb * values[b, column] + wc * values[c, column]
    return value


@inlined
def shade_sample(x: int, y: int, triangle: int, mesh: Geometry, light: Lighting, look: Look) -> Rgb:
    """Return the light that one sample of the picture sees."""
    a, b, c = mesh.triangles[triangle, 0], mesh.triangles[triangle, 1], mesh.triangles[triangle, 2]
    screen = mesh.screen
    px, py = x + 0.5, y + 0.5
    ax, ay, bx, by = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1]
    cx, cy = screen[c, 0], screen[c, 1]
    area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
    wa = ((cx - px) * (by - py) - (bx - px) * (cy - py)) / area
    wb = ((ax - px) * (cy - py) - (cx - px) * (ay - py)) / area
    wc = 1.0 - wa - wb
    part = mesh.parts[triangle]
    if area < 0 and part != HAIR and part != LASH:
        return THROAT

    points, rest, paint = mesh.points, mesh.rest, mesh.paint
    vx, vy, vz = (
        blended(points, a, b, c, 0, wa, wb, wc),
        blended(points, a, b, c, 1, wa, wb, wc),
        blended(points, a, b, c, 2, wa, wb, wc),
    )
    rx, ry, rz = (
        blended(rest, a, b, c, 0, wa, wb, wc),
        blended(rest, a, b, c, 1, wa, wb, wc),
        blended(rest, a, b, c, 2, wa, wb, wc),
    )
    normal = unit(
        blended(mesh.normals, a, b, c, 0, wa, wb, wc),
        blended(mesh.normals, a, b, c, 1, wa, wb, wc),
        blended(mesh.normals, a, b, c, 2, wa, wb, wc),
    )
    view = unit(light.eye[0] - vx, light.eye[1] - vy, light.eye[2] - vz)
    occlusion = wa * mesh.occlusion[a] + wb * mesh.occlusion[b] + wc * mesh.occlusion[c]
    shadow = shadow_at(vx, vy, vz, light)

    strand = (0.0, 1.0, 0.0)
    if part == HAIR:
        strand = unit(rx, ry, rz)
        if normal[0] * view[0] + normal[1] * view[1] + normal[2] * view[2] < 0:
            normal = (-normal[0], -normal[1], -normal[2])
        surface = paint_strand(
            blended(paint, a, b, c, ALONG, wa, wb, wc),
            blended(paint, a, b, c, ACROSS, wa, wb, wc),
            blended(paint, a, b, c, TINT, wa, wb, wc),
            look.hair,
        )
    elif part == EYE:
        surface = paint_eye(rx, ry, look.eyes)
        occlusion = 0.45 + 0.55 * occlusion
    elif part == TEETH:
        depth = smoothstep(1.05, 1.45, rz)
        gap = abs(math.sin(math.atan2(rx, rz - ARCH_CENTRE) * TEETH_IN_ARCH))
        enamel = fade(ENAMEL, (0.72 + 0.28 * smoothstep(0.0, 0.22, gap)) * (0.30 + 0.70 * depth))
        surface = Surface(enamel, SOFT, 0.30, 60.0, 0.0, 0.22 + 0.78 * depth)
        occlusion = 0.60 + 0.40 * occlusion
        shadow = 0.40 + 0.60 * shadow
    elif part == TONGUE:
        surface = Surface(FLESH, SOFT, 0.35, 30.0, 0.0, 0.30 + 0.70 * smoothstep(0.8, 1.4, rz))
        occlusion = 0.40 + 0.60 * occlusion
        shadow = 0.30 + 0.70 * shadow
    elif part == GLASSES:
        surface = Surface(FRAME, HARD, 0.80, 70.0, 0.0, 1.0)
    elif part == LASH:
        surface = Surface(look.eyes.lashes, HARD, 0.0, 8.0, 0.0, 1.0)
    elif shirt_cover(blended(paint, a, b, c, SHIRT, wa, wb, wc)) == 1:
        surface = paint_shirt(rx, ry, rz, blended(paint, a, b, c, SHIRT, wa, wb, wc), look.shirt)
    else:
        mouth = blended(paint, a, b, c, MOUTH, wa, wb, wc)
        occlusion = max(occlusion, 0.20 * min(mouth, 1.0))
        surface = paint_skin(
            rx,
            ry,
            rz,
            blended(paint, a, b, c, LIPS, wa, wb, wc),
            mouth,
            blended(paint, a, b, c, EYELID, wa, wb, wc),
            blended(paint, a, b, c, EAR, wa, wb, wc),
            blended(paint, a, b, c, SCALP, wa, wb, wc),
            blended(paint, a, b, c, SHIRT, wa, wb, wc),
            look,
        )
    red, green, blue = light_surface(surface, normal, strand, view, occlusion, shadow, light, look.ambience)
    if part == EYE:
        spark = mirrored_lamps(normal, view, light)
        red, green, blue = red + spark, green + spark, blue + spark
    exposure = look.ambience.exposure
    return (red * exposure, green * exposure, blue * exposure)
