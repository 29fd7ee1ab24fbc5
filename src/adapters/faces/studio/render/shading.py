"""Deferred shading: from the triangles that the samples see to the picture's pixels."""

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.appearance import Look
from adapters.faces.studio.render.developing import put_pixel, tone_map
from adapters.faces.studio.render.kernels import FloatArray, IntArray, inlined, kernel
from adapters.faces.studio.render.lighting import Lighting
from adapters.faces.studio.render.mesh import Part
from adapters.faces.studio.render.rasterizer import NOTHING
from adapters.faces.studio.render.sampling import Geometry, shade_sample

SKIN, HAIR = int(Part.SKIN), int(Part.HAIR)
NO_PART = 255
FLAT_ENOUGH = 0.05
"""Decimetres of depth within a pixel up to which one sample of skin speaks for all."""


@inlined
def samples_to_shade(x: int, y: int, samples: int, owner: IntArray, depth: FloatArray, mesh: Geometry) -> int:
    """Return how many rows of samples a pixel needs: none of the backdrop, one of even skin or one lock, else all.

    -1 stands for the diagonal alone, which is enough where locks of hair meet.
    """
    first = owner[y, x]
    part = NO_PART if first == NOTHING else mesh.parts[first]
    nearest = farthest = depth[y, x]
    several = False
    for j in range(samples):
        for i in range(samples):
            triangle = owner[y + j, x + i]
            if (NO_PART if triangle == NOTHING else mesh.parts[triangle]) != part:
                return samples
            several |= triangle != first
            nearest = min(nearest, depth[y + j, x + i])
            farthest = max(farthest, depth[y + j, x + i])
    if part == NO_PART:
        return 0
    if part == HAIR:
        return -1 if several else 1
    return 1 if part == SKIN and farthest - nearest < FLAT_ENOUGH else samples


@kernel
def shade(
    owner: IntArray,
    depth: FloatArray,
    mesh: Geometry,
    light: Lighting,
    look: Look,
    backdrop: FloatArray,
    samples: int,
    picture: NDArray[np.uint8],
) -> None:
    """Draw onto the finished backdrop (height, width, 3) from buffers `samples` times as large each way.

    Samples are tone-mapped before they are averaged, so that bright edges stay smooth.
    """
    height, width = picture.shape[:2]
    for row in range(height):
        for column in range(width):
            x0, y0 = column * samples, row * samples
            rows = samples_to_shade(x0, y0, samples, owner, depth, mesh)
            if rows == 0:
                continue
            diagonal = rows < 0
            rows = samples if diagonal else rows
            red = green = blue = 0.0
            for j in range(rows):
                for i in range(rows):
                    if diagonal and i != j:
                        continue
                    triangle = owner[y0 + j, x0 + i]
                    if triangle == NOTHING:
                        colour = (
                            float(backdrop[row, column, 0]),
                            float(backdrop[row, column, 1]),
                            float(backdrop[row, column, 2]),
                        )
                    else:
                        colour = shade_sample(x0 + i, y0 + j, triangle, mesh, light, look)
                    red += tone_map(colour[0])
                    green += tone_map(colour[1])
                    blue += tone_map(colour[2])
            share = 1.0 / (rows if diagonal else rows * rows)
            put_pixel(picture, row, column, red * share, green * share, blue * share)
