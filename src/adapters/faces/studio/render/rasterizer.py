"""Which triangle each sample of the picture shows: a z-buffer over triangles."""

import math
from collections.abc import Callable
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.barycentric import twice_area
from adapters.faces.studio.render.kernels import FloatArray, IntArray, inlined, kernel
from adapters.faces.studio.render.vectors import Vector

NO_TRIANGLE = -1
"""Stands where no triangle covers a sample."""
FAR = np.float32(1e9)
single = cast(Callable[[float], float], np.float32)
"""Rounds to single precision, in which all of the z-buffer is computed."""
ONE = single(1.0)
_FLAT = 1e-9
"""Twice the area, in square samples, under which a triangle is too thin to draw."""


class RowValues(NamedTuple):
    """Two corners' weights and the depth at a sample, or how they change from one sample to the next of a row."""

    weight_a: float
    weight_b: float
    depth: float


@inlined
def corner_at(screen: FloatArray, vertex: int) -> Vector:
    """Return x, y in samples and depth of a vertex."""
    index = np.uint32(vertex)
    return (screen[index, 0], screen[index, 1], screen[index, 2])


@inlined
def covered(coordinates: Vector, count: int) -> tuple[int, int]:
    """Return the first and the last of `count` samples whose centres lie between three coordinates."""
    a, b, c = coordinates
    return max(0, math.ceil(min(a, b, c) - 0.5)), min(count - 1, math.floor(max(a, b, c) - 0.5))


@inlined
def slopes_of(a: Vector, b: Vector, c: Vector, per_area: float) -> RowValues:
    """Return how weights and depth change from one sample to the next."""
    slope_a, slope_b = (c[1] - b[1]) * per_area, (a[1] - c[1]) * per_area
    return RowValues(slope_a, slope_b, slope_a * (a[2] - c[2]) + slope_b * (b[2] - c[2]))


@inlined
def start_of(y: int, a: Vector, b: Vector, c: Vector, per_area: float) -> RowValues:
    """Return weights and depth at the first sample of a row, which may lie outside the triangle."""
    sample = (single(0.5), single(y + 0.5))
    weight_a = twice_area(sample, b[:2], c[:2]) * per_area
    weight_b = twice_area(sample, c[:2], a[:2]) * per_area
    return RowValues(weight_a, weight_b, c[2] + weight_a * (a[2] - c[2]) + weight_b * (b[2] - c[2]))


@inlined
def narrow(run: tuple[int, int], start: float, slope: float) -> tuple[int, int]:
    """Shrink a run of samples to where `start + slope * x` may be positive; a sample more at either end.

    Long thin triangles cover little of their box; without this their boxes would be most of the work.
    """
    low, high = run
    if slope > _FLAT:
        low = max(low, int(-start / slope) - 1)
    elif slope < -_FLAT:
        high = min(high, int(-start / slope) + 1)
    return low, high


@kernel
def rasterize(
    screen: FloatArray,
    triangles: IntArray,
    two_sided: NDArray[np.uint8],
    depth: FloatArray,
    triangle_ids: IntArray,
) -> None:
    """Write into `triangle_ids` the number of the nearest triangle at each sample's centre, and its depth.

    `screen` holds x, y in samples (y down) and depth. Triangles that run counter-clockwise as seen on the
    screen's upright picture face the camera; others are dropped unless they are two-sided. On shared edges
    the first triangle wins, so that there are no gaps. With an empty `triangle_ids` only the depth is written,
    and with an empty `two_sided` fronts and backs are both drawn.
    """
    height, width = depth.shape
    depth[:] = FAR
    triangle_ids[:] = NO_TRIANGLE
    keeps_ids, drops_backs = len(triangle_ids) > 0, len(two_sided) > 0
    for t in range(len(triangles)):
        a = corner_at(screen, triangles[t, 0])
        b = corner_at(screen, triangles[t, 1])
        c = corner_at(screen, triangles[t, 2])
        area = twice_area(a[:2], b[:2], c[:2])
        if abs(area) < _FLAT or (area < 0 and drops_backs and two_sided[t] == 0):
            continue
        columns, rows = covered((a[0], b[0], c[0]), width), covered((a[1], b[1], c[1]), height)
        if columns[0] > columns[1] or rows[0] > rows[1]:
            continue
        per_area = ONE / area
        slope = slopes_of(a, b, c, per_area)
        for y in range(rows[0], rows[1] + 1):
            start = start_of(y, a, b, c, per_area)
            run = narrow(columns, start.weight_a, slope.weight_a)
            run = narrow(run, start.weight_b, slope.weight_b)
            run = narrow(run, ONE - start.weight_a - start.weight_b, -slope.weight_a - slope.weight_b)
            row = np.uint64(y)
            for x in range(run[0], run[1] + 1):
                column = np.uint64(x)
                weight_a = start.weight_a + slope.weight_a * single(x)
                weight_b = start.weight_b + slope.weight_b * single(x)
                z = start.depth + slope.depth * single(x)
                # One branch instead of four: most of the time would be lost by wrong branch predictions.
                if (min(weight_a, weight_b, ONE - weight_a - weight_b) >= 0) & (z < depth[row, column]):
                    depth[row, column] = z
                    if keeps_ids:
                        triangle_ids[row, column] = t


NO_IDS = np.empty((0, 0), dtype=np.int32)
NO_SIDES = np.empty(0, dtype=np.uint8)


def rasterize_depth(screen: FloatArray, triangles: IntArray, depth: FloatArray) -> None:
    """Write the depth of the nearest surface at each sample, whether it is seen from the front or from behind."""
    rasterize(screen, triangles, NO_SIDES, depth, NO_IDS)
