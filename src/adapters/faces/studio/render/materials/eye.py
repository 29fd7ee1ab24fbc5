"""The eyeball: sclera, iris, pupil, and the lamps that its moist cornea mirrors."""

import math

from adapters.faces.studio.design.appearance import EyeAppearance
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.lamps import FRONT_LAMPS, KEY, lamp_at
from adapters.faces.studio.render.materials.surface import Point, Surface, raised
from adapters.faces.studio.render.noise import flat_noise, smoothstep
from adapters.faces.studio.render.vectors import blend, dot, half_vector, scale, tint

EYE_X, EYE_Y, EYE_Z, EYE_RADIUS = 0.30775, 7.2841, 1.2453, 0.1395
"""Centre (mirrored for the other eye) and radius of an eyeball in the rest pose."""
IRIS, PUPIL = 0.56, 0.23
"""Radii as shares of the eyeball's; a character's irises are larger than a person's."""
SCLERA_COLOUR = (0.86, 0.84, 0.82)
PUPIL_COLOUR = (0.012, 0.012, 0.014)
EYE_SCATTER = (0.15, 0.12, 0.12)


@inlined
def sclera(radius: float) -> Rgb:
    """Return the white of the eye, redder towards its edge."""
    reddish = 0.10 * smoothstep(0.5, 1.0, radius)
    return tint(SCLERA_COLOUR, (1.0, 1 - reddish, 1 - reddish))


@inlined
def iris(across: float, up: float, radius: float, colour: Rgb) -> Rgb:
    """Return the iris: fibres, a dark limbus, a bright collarette, and light gathered at its lower side."""
    angle = math.atan2(up, across)
    fibres = 0.6 * flat_noise(angle * 9 + 40, radius * 5, 11) + 0.4 * flat_noise(
        angle * 22 + 90, radius * 7, 13
    )
    limbus = 1 - 0.65 * smoothstep(IRIS - 0.14, IRIS, radius)
    collarette = 0.75 + 0.6 * smoothstep(PUPIL, IRIS * 0.78, radius)
    caustic = 1.05 - 0.75 * up
    return scale(colour, (0.60 + 0.70 * fibres) * limbus * collarette * caustic)


@inlined
def paint_eye(point: Point, eyes: EyeAppearance) -> Surface:
    """Return the surface of a point of the eyeball."""
    x, y, z = point.rest
    axes = eyes.right if x > 0 else eyes.left
    off_centre = (x - (EYE_X if x > 0 else -EYE_X), y - EYE_Y, z - EYE_Z)
    across = dot(off_centre, axes.across) / EYE_RADIUS
    up = dot(off_centre, axes.up) / EYE_RADIUS
    radius = math.sqrt(across * across + up * up)
    colour = sclera(radius)
    in_iris = smoothstep(IRIS + 0.025, IRIS - 0.025, radius)
    if in_iris > 0:
        colour = blend(colour, iris(across, up, radius, eyes.iris), in_iris)
        in_pupil = smoothstep(PUPIL + 0.03, PUPIL - 0.02, radius)
        colour = blend(colour, PUPIL_COLOUR, in_pupil)
    lid_shadow = 0.50 + 0.50 * smoothstep(0.85, 0.10, (y - EYE_Y) / EYE_RADIUS)
    return Surface(
        albedo=colour,
        scatter=EYE_SCATTER,
        gloss=0.0,
        shininess=1.0,
        ambient=raised(point.ambient, 0.45) * lid_shadow,
        key=point.key,
    )


@inlined
def catchlight(point: Point) -> float:
    """Return how much of the two front lamps the cornea mirrors; this makes eyes look alive."""
    total = 0.0
    for index in range(FRONT_LAMPS):
        cosine = dot(point.normal, half_vector(lamp_at(index).direction, point.to_camera))
        total += smoothstep(0.985, 0.991, cosine) * (1.3 if index == KEY else 0.08)
    return total
