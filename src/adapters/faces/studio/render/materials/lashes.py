"""Eyelashes."""

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import NO_SCATTER, Point, Surface, matt


@inlined
def paint_lash(point: Point, colour: Rgb) -> Surface:
    """Return the surface of a point of a lash."""
    return matt(point, colour, NO_SCATTER)
