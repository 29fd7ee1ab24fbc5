"""The light that reaches a surface: from all around, and from each lamp."""

from adapters.faces.studio.design.appearance import Ambience
from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.lamps import KEY
from adapters.faces.studio.render.materials.surface import raised
from adapters.faces.studio.render.vectors import Vector, add, scale


@inlined
def sky_share(normal: Vector) -> float:
    """Return how much of the light from all around is the sky's, 0..1; the rest comes from the ground."""
    return 0.5 + 0.5 * normal[1]


@inlined
def ambient_light(normal: Vector, ambience: Ambience) -> Rgb:
    """Return the light from all around on an open surface."""
    sky = sky_share(normal)
    return add(scale(ambience.sky, sky), scale(ambience.ground, 1 - sky))


@inlined
def lamp_share(lamp: int, ambient: float, key: float) -> float:
    """Return the share of a lamp's light that reaches a surface; only the key lamp has a shadow map."""
    return key if lamp == KEY else raised(ambient, 0.35)
