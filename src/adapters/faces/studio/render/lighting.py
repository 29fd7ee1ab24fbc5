"""The light that reaches a surface: from all around, and from each lamp."""

from adapters.faces.studio.design.appearance import Ambience
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.lamps import KEY
from adapters.faces.studio.render.vectors import Vector, add, scale


@inlined
def ambient_light(normal: Vector, ambience: Ambience) -> Rgb:
    """Return the light from all around on an open surface; the more it faces up, the more of the sky."""
    up = 0.5 + 0.5 * normal[1]
    return add(scale(ambience.sky, up), scale(ambience.ground, 1 - up))


@inlined
def lamp_share(lamp: int, ambient: float, key: float) -> float:
    """Return the share of a lamp's light that reaches a surface; only the key lamp has a shadow map."""
    return key if lamp == KEY else 0.35 + 0.65 * ambient
