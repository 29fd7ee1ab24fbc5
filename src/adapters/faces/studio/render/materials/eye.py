"""The eyeball: sclera, iris, pupil, and the lamps that a moist cornea mirrors."""

import math

from adapters.faces.studio.design.appearance import EyeLook
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import Surface, fade, mix, tint
from adapters.faces.studio.render.noise import flat_noise, smoothstep

EYE_X, EYE_Y, EYE_RADIUS = 0.30775, 7.2841, 0.1395
"""Centre (mirrored for the other eye) and radius of an eyeball in the rest pose."""
IRIS, PUPIL = 0.56, 0.23
"""Radii as shares of the eyeball's; a character's irises are larger than a person's."""
SCLERA = (0.86, 0.84, 0.82)
EYE_SCATTER = (0.15, 0.12, 0.12)


@inlined
def paint_eye(x: float, y: float, eyes: EyeLook) -> Surface:
    """Return the surface of a point of the eyeball, given in the rest pose."""
    right = (abs(x) - EYE_X) * (1.0 if x > 0 else -1.0)
    across = right / EYE_RADIUS - eyes.gaze_x
    up = (y - EYE_Y) / EYE_RADIUS - eyes.gaze_y
    radius = math.sqrt(across * across + up * up)
    reddish = 0.10 * smoothstep(0.5, 1.0, radius)
    colour = tint(SCLERA, 1.0, 1 - reddish, 1 - reddish)
    iris = smoothstep(IRIS + 0.025, IRIS - 0.025, radius)
    if iris > 0:
        angle = math.atan2(up, across)
        fibres = 0.6 * flat_noise(angle * 9 + 40, radius * 5, 11) + 0.4 * flat_noise(
            angle * 22 + 90, radius * 7, 13
        )
        limbus = 1 - 0.65 * smoothstep(IRIS - 0.14, IRIS, radius)
        collarette = 0.75 + 0.6 * smoothstep(PUPIL, IRIS * 0.78, radius)
        caustic = 1.05 - 0.75 * up
        colour = mix(colour, fade(eyes.iris, (0.60 + 0.70 * fibres) * limbus * collarette * caustic), iris)
        pupil = smoothstep(PUPIL + 0.03, PUPIL - 0.02, radius)
        colour = mix(colour, (0.012, 0.012, 0.014), pupil)
    lid_shadow = 0.50 + 0.50 * smoothstep(0.85, 0.10, (y - EYE_Y) / EYE_RADIUS)
    return Surface(colour, EYE_SCATTER, 0.0, 8.0, 0.0, lid_shadow)
