"""Deferred shading: from the triangles that the samples show to the pixels of a picture."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import FloatArray, IntArray, inlined, kernel
from adapters.faces.studio.render.mesh import Part
from adapters.faces.studio.render.rasterizer import NO_TRIANGLE
from adapters.faces.studio.render.scene import LIPS, Scene
from adapters.faces.studio.render.shading import shade_sample
from adapters.faces.studio.render.tone_mapping import tone_map, write_pixel
from adapters.faces.studio.render.vectors import add, scale

SKIN, HAIR = int(Part.SKIN), int(Part.HAIR)
NO_PART = 255
DIAGONAL = -1
LIPS_PAINTED = 0.3
FLAT_ENOUGH = 0.05
"""Decimetres of depth within a pixel up to which one sample of skin stands for all."""


class Samples(NamedTuple):
    """What the rasterizer found, in buffers that are `each_way` times as large as the picture each way."""

    triangle_ids: IntArray
    depth: FloatArray
    each_way: int


@inlined
def on_lips(triangle: int, scene: Scene) -> bool:
    """Tell whether a triangle of the skin belongs to the lips."""
    return bool(scene.mesh.paint[scene.mesh.triangles[triangle, 0], LIPS] > LIPS_PAINTED)


@inlined
def samples_to_shade(x: int, y: int, samples: Samples, scene: Scene) -> int:
    """Return how many rows of samples a pixel needs: none of the backdrop, one of even skin or one lock, else all.

    `DIAGONAL` stands for the diagonal alone, which is enough where locks of hair meet.
    """
    triangle_ids, depth, parts = samples.triangle_ids, samples.depth, scene.mesh.parts
    first = triangle_ids[y, x]
    part = NO_PART if first == NO_TRIANGLE else parts[first]
    nearest = farthest = depth[y, x]
    several = False
    for j in range(samples.each_way):
        for i in range(samples.each_way):
            triangle = triangle_ids[y + j, x + i]
            if (NO_PART if triangle == NO_TRIANGLE else parts[triangle]) != part:
                return samples.each_way
            several |= triangle != first
            nearest = min(nearest, depth[y + j, x + i])
            farthest = max(farthest, depth[y + j, x + i])
    if part == NO_PART:
        return 0
    if part == HAIR:
        return DIAGONAL if several else 1
    if part != SKIN or farthest - nearest >= FLAT_ENOUGH:
        return samples.each_way
    # Where lips meet they are about as deep as each other; one sample for a pixel would draw stairs.
    return samples.each_way if several and on_lips(first, scene) else 1


@inlined
def sample_light(x: int, y: int, samples: Samples, scene: Scene) -> Rgb:
    """Return the light that one sample receives, from the figure or from the backdrop."""
    triangle = samples.triangle_ids[y, x]
    if triangle == NO_TRIANGLE:
        row, column, backdrop = y // samples.each_way, x // samples.each_way, scene.backdrop
        return (
            float(backdrop[row, column, 0]),
            float(backdrop[row, column, 1]),
            float(backdrop[row, column, 2]),
        )
    return shade_sample(x, y, triangle, scene)


@kernel
def shade(samples: Samples, scene: Scene, picture: NDArray[np.uint8]) -> None:
    """Draw the figure into a picture that holds the finished backdrop.

    Samples are tone-mapped before they are averaged, so that bright edges stay smooth.
    """
    height, width = picture.shape[:2]
    for row in range(height):
        for column in range(width):
            x, y = column * samples.each_way, row * samples.each_way
            rows = samples_to_shade(x, y, samples, scene)
            if rows == 0:
                continue
            diagonal = rows == DIAGONAL
            rows = samples.each_way if diagonal else rows
            total = (0.0, 0.0, 0.0)
            for j in range(rows):
                for i in range(rows):
                    if diagonal and i != j:
                        continue
                    total = add(total, tone_map(sample_light(x + i, y + j, samples, scene)))
            share = 1.0 / (rows if diagonal else rows * rows)
            write_pixel(picture, row, column, scale(total, share))
