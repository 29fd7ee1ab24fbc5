"""Barycentric coordinates: where a sample lies in its triangle, and what the corners' values are there."""

from typing import NamedTuple

from adapters.faces.studio.render.kernels import FloatArray, inlined
from adapters.faces.studio.render.vectors import Vector

ScreenPoint = tuple[float, float]
"""A point of the picture: x, y in samples, y down."""


class Barycentric(NamedTuple):
    """A triangle's three vertices, and how much each counts at a sample; the weights add up to 1."""

    a: int
    b: int
    c: int
    weight_a: float
    weight_b: float
    weight_c: float
    area: float
    """Twice the triangle's area in the picture; see `twice_area`."""


@inlined
def twice_area(a: ScreenPoint, b: ScreenPoint, c: ScreenPoint) -> float:
    """Return twice the area of a triangle of the picture; it is negative where the triangle's back is seen."""
    return (c[0] - a[0]) * (b[1] - a[1]) - (b[0] - a[0]) * (c[1] - a[1])


@inlined
def interpolate(values: FloatArray, column: int, place: Barycentric) -> float:
    """Return one column of a vertex array at a place in its triangle."""
    value: float = (
        place.weight_a * values[place.a, column]
        + place.weight_b * values[place.b, column]
        + place.weight_c * values[place.c, column]
    )
    return value


@inlined
def interpolate_vector(values: FloatArray, place: Barycentric) -> Vector:
    """Return the first three columns of a vertex array at a place in its triangle."""
    return (interpolate(values, 0, place), interpolate(values, 1, place), interpolate(values, 2, place))
