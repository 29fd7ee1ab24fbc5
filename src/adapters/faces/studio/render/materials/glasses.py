"""Spectacle frames of dark plastic."""

from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.materials.surface import NO_SCATTER, Point, Surface

PLASTIC = (0.025, 0.020, 0.020)


@inlined
def paint_glasses(point: Point) -> Surface:
    """Return the surface of a point of the frame."""
    return Surface(
        albedo=PLASTIC,
        scatter=NO_SCATTER,
        gloss=0.80,
        shininess=70.0,
        ambient=point.ambient,
        key=point.key,
    )
