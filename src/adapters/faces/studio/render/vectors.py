"""Vectors of three numbers, for kernels."""

import math

from adapters.faces.studio.render.kernels import inlined

Vector = tuple[float, float, float]

TINY = 1e-12
"""Added under the root, so that a vector of length 0 stays finite."""


@inlined
def dot(a: Vector, b: Vector) -> float:
    """Return the dot product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@inlined
def unit(vector: Vector) -> Vector:
    """Scale a vector to length 1."""
    scale = 1 / math.sqrt(dot(vector, vector) + TINY)
    return (vector[0] * scale, vector[1] * scale, vector[2] * scale)


@inlined
def half_vector(a: Vector, b: Vector) -> Vector:
    """Return the unit vector midway between two unit vectors."""
    return unit((a[0] + b[0], a[1] + b[1], a[2] + b[2]))
