"""Spectacle frames of dark plastic."""

from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import NO_SCATTER, Point, Surface

PLASTIC = (0.025, 0.020, 0.020)


@inlined
def paint_glasses(point: Point) -> Surface:
    """Return the surface of a point of the frame."""
    return Surface(PLASTIC, NO_SCATTER, 0.80, 70.0, point.ambient, point.key)
