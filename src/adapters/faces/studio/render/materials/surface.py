"""A point of the figure, and its material as lighting needs it."""

from typing import NamedTuple

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import inlined
from adapters.faces.studio.render.vectors import Vector

NO_SCATTER = (0.0, 0.0, 0.0)


class Point(NamedTuple):
    """A point of the figure, before its material is known; directions are unit vectors."""

    rest: Vector
    """The point in the rest pose, where patterns are painted; of a strand of hair its direction."""
    normal: Vector
    to_camera: Vector
    """Direction towards the camera; numba would take a field named `view` for an array's method."""
    ambient: float
    """Share of the light from all around that reaches the point, 0..1."""
    key: float
    """Share of the key lamp's light that reaches the point, 0..1."""


class Surface(NamedTuple):
    """How a point reflects light, and how much of the light reaches it."""

    albedo: Rgb
    scatter: Rgb
    """How far light wraps round an edge in each channel; it makes skin and cloth look soft."""
    gloss: float
    """Strength of the highlight; 0 for none."""
    shininess: float
    """Exponent of the highlight."""
    ambient: float
    """As in `Point`; less in hollows that are smaller than the mesh's triangles, such as gaps between teeth."""
    key: float


@inlined
def matt(point: Point, albedo: Rgb, scatter: Rgb) -> Surface:
    """Return a surface without a highlight."""
    return Surface(
        albedo=albedo,
        scatter=scatter,
        gloss=0.0,
        shininess=1.0,
        ambient=point.ambient,
        key=point.key,
    )


@inlined
def repainted(surface: Surface, albedo: Rgb, gloss: float) -> Surface:
    """Return a surface with another colour and gloss."""
    return Surface(
        albedo=albedo,
        scatter=surface.scatter,
        gloss=gloss,
        shininess=surface.shininess,
        ambient=surface.ambient,
        key=surface.key,
    )


@inlined
def raised(share: float, least: float) -> float:
    """Return a share of 0..1 moved into `least`..1."""
    return least + (1 - least) * share
