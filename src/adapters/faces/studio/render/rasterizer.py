"""Which triangle each sample of the picture sees: a z-buffer over triangles."""

import math

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.kernels import FloatArray, IntArray, inlined, kernel

NOTHING = -1
"""Owner of a sample that no triangle covers."""
FAR = np.float32(1e9)
_FLAT = 1e-9
"""Twice the area, in square pixels, under which a triangle is too thin to draw."""


@inlined
def first_sample(lowest: float) -> int:
    """Return the first pixel whose centre is not left of a coordinate."""
    return math.ceil(lowest - 0.5)


@inlined
def last_sample(highest: float) -> int:
    """Return the last pixel whose centre is not right of a coordinate."""
    return math.floor(highest - 0.5)


@inlined
def narrow(low: int, high: int, start: float, slope: float) -> tuple[int, int]:
    """Shrink a run of samples to where `start + slope * x` may be positive; a sample more at either end.

    Long thin triangles cover little of their box; without this their boxes would be most of the work.
    """
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
    owner: IntArray,
) -> None:
    """Write into `owner` the nearest triangle at each sample's centre, and its depth.

    `screen` holds x, y in samples (y down) and depth. Triangles that run counter-clockwise as seen on the
    screen's upright picture face the camera; others are dropped unless they are two-sided. On shared edges
    the first triangle wins, so that there are no gaps. With an empty `owner` only the depth is written, and
    with an empty `two_sided` fronts and backs are drawn alike.
    """
    height, width = depth.shape
    depth[:] = FAR
    owner[:] = NOTHING
    keeps_owner, drops_backs = len(owner) > 0, len(two_sided) > 0
    for t in range(len(triangles)):
        a, b, c = np.uint32(triangles[t, 0]), np.uint32(triangles[t, 1]), np.uint32(triangles[t, 2])
        ax, ay, az = screen[a, 0], screen[a, 1], screen[a, 2]
        bx, by, bz = screen[b, 0], screen[b, 1], screen[b, 2]
        cx, cy, cz = screen[c, 0], screen[c, 1], screen[c, 2]
        area = (cx - ax) * (by - ay) - (bx - ax) * (cy - ay)
        if abs(area) < _FLAT or (area < 0 and drops_backs and two_sided[t] == 0):
            continue
        left = max(0, first_sample(min(ax, bx, cx)))
        right = min(width - 1, last_sample(max(ax, bx, cx)))
        top = max(0, first_sample(min(ay, by, cy)))
        bottom = min(height - 1, last_sample(max(ay, by, cy)))
        if left > right or top > bottom:
            continue
        scale = np.float32(1.0) / area
        slope_a, slope_b = (cy - by) * scale, (ay - cy) * scale
        slope_z = slope_a * (az - cz) + slope_b * (bz - cz)
        for y in range(top, bottom + 1):
            py = np.float32(y + 0.5)
            start_a = ((cx - np.float32(0.5)) * (by - py) - (bx - np.float32(0.5)) * (cy - py)) * scale
            start_b = ((ax - np.float32(0.5)) * (cy - py) - (cx - np.float32(0.5)) * (ay - py)) * scale
            low, high = narrow(left, right, start_a, slope_a)
            low, high = narrow(low, high, start_b, slope_b)
            low, high = narrow(low, high, np.float32(1.0) - start_a - start_b, -slope_a - slope_b)
            start_z = cz + start_a * (az - cz) + start_b * (bz - cz)
            row = np.uint64(y)
            for x in range(low, high + 1):
                column = np.uint64(x)
                wa = start_a + slope_a * np.float32(x)
                wb = start_b + slope_b * np.float32(x)
                z = start_z + slope_z * np.float32(x)
                # One question instead of four: a processor guesses each answer, and wrong guesses cost most.
                if (min(wa, wb, np.float32(1.0) - wa - wb) >= 0) & (z < depth[row, column]):
                    depth[row, column] = z
                    if keeps_owner:
                        owner[row, column] = t


NO_OWNER = np.empty((0, 0), dtype=np.int32)
NO_SIDES = np.empty(0, dtype=np.uint8)


def rasterize_depth(screen: FloatArray, triangles: IntArray, depth: FloatArray) -> None:
    """Write the depth of the nearest surface at each sample, front or back: what a lamp sees."""
    rasterize(screen, triangles, NO_SIDES, depth, NO_OWNER)
