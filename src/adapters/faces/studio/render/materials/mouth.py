"""The inside of the mouth: its lining, the teeth, the tongue."""

import math

from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Point, Surface, raised
from adapters.faces.studio.render.noise import smoothstep
from adapters.faces.studio.render.vectors import Vector, blend, scale

THROAT = (0.035, 0.008, 0.008)
"""Light from the throat: what the back of any closed surface shows."""
LINING = (0.46, 0.13, 0.12)
ENAMEL = (0.84, 0.79, 0.71)
TONGUE_FLESH = (0.60, 0.24, 0.24)
MOUTH_SCATTER = (0.30, 0.25, 0.20)
ARCH_CENTRE, TEETH_IN_ARCH = 1.08, 13.0
"""Middle of the teeth's curve in the rest pose, and teeth to half a turn about it (odd: one gap in front)."""


@inlined
def with_lining(surface: Surface, rest: Vector, mouth: float) -> Surface:
    """Return skin that turns into the mouth's lining, darker towards the throat."""
    if mouth <= 0:
        return surface
    inside = smoothstep(0.2, 0.8, mouth)
    depth = smoothstep(1.0, 1.5, rest[2])
    return Surface(
        albedo=blend(surface.albedo, scale(LINING, 0.45 + 0.55 * depth), inside),
        scatter=surface.scatter,
        gloss=surface.gloss + 0.25 * inside,
        shininess=surface.shininess,
        ambient=surface.ambient * (1 - inside * 0.45 * (1 - depth)),
        key=surface.key,
    )


@inlined
def paint_teeth(point: Point) -> Surface:
    """Return the surface of a point of the teeth: one band, darker at the gaps and towards the throat."""
    x, _, z = point.rest
    depth = smoothstep(1.05, 1.45, z)
    gap = abs(math.sin(math.atan2(x, z - ARCH_CENTRE) * TEETH_IN_ARCH))
    enamel = scale(ENAMEL, (0.72 + 0.28 * smoothstep(0.0, 0.22, gap)) * (0.30 + 0.70 * depth))
    ambient = raised(point.ambient, 0.60) * (0.22 + 0.78 * depth)
    return Surface(
        albedo=enamel,
        scatter=MOUTH_SCATTER,
        gloss=0.30,
        shininess=60.0,
        ambient=ambient,
        key=raised(point.key, 0.40),
    )


@inlined
def paint_tongue(point: Point) -> Surface:
    """Return the surface of a point of the tongue."""
    ambient = raised(point.ambient, 0.40) * (0.30 + 0.70 * smoothstep(0.8, 1.4, point.rest[2]))
    return Surface(
        albedo=TONGUE_FLESH,
        scatter=MOUTH_SCATTER,
        gloss=0.35,
        shininess=30.0,
        ambient=ambient,
        key=raised(point.key, 0.30),
    )
