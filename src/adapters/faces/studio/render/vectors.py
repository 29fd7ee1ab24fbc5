"""Arithmetic of three numbers, for kernels: points, directions and colours."""

import math

from adapters.faces.studio.design import colour
from adapters.faces.studio.render.kernels import inlined

Vector = tuple[float, float, float]

blend = inlined(colour.blend)


@inlined
def add(a: Vector, b: Vector) -> Vector:
    """Return the sum."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


@inlined
def scale(vector: Vector, factor: float) -> Vector:
    """Return all three numbers times one factor."""
    return (vector[0] * factor, vector[1] * factor, vector[2] * factor)


@inlined
def tint(colour: Vector, factors: Vector) -> Vector:
    """Return each channel of a colour times its own factor."""
    return (colour[0] * factors[0], colour[1] * factors[1], colour[2] * factors[2])


@inlined
def dot(a: Vector, b: Vector) -> float:
    """Return the dot product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@inlined
def unit(vector: Vector) -> Vector:
    """Scale a vector to length 1; one of length 0 stays as it is."""
    return scale(vector, 1 / math.sqrt(dot(vector, vector) + 1e-12))


@inlined
def half_vector(a: Vector, b: Vector) -> Vector:
    """Return the unit vector midway between two unit vectors; nearly 0 where they are opposite."""
    middle = add(a, b)
    return scale(middle, 1 / math.sqrt(dot(middle, middle) + 1e-9))
