"""Where hair grows: the hairline over the rest pose, and the roots of the locks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.hairstyles import HAIRLINE_DEGREES, Cut
from adapters.faces.studio.anatomy.head import Head
from adapters.faces.studio.anatomy.skull import Points
from adapters.faces.studio.anatomy.strands import unit
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray

HAIRLINE_AXIS_Z = 0.42
"""Depth of the upright axis around which hairline directions are counted."""
PART_WIDTH = 0.16
"""Distance from a parting within which locks lie flatter, further back and closer."""
EDGE = 0.14
"""Height above the hairline within which roots stand closer, so that the edge looks soft."""

UNDERCOAT_RISES = (-0.02, 0.26)
"""Heights above the hairline between which the undercoat grows to its full thickness."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scalp:
    """Where hair grows on the rest pose, by a hairline."""

    height: FloatArray
    """Above the hairline, a fine vertex; -1 off the scalp."""
    padding: FloatArray
    """How far the undercoat lifts each fine vertex along its normal."""


def scalp_of(head: Head, cut: Cut) -> Scalp:
    """Lay a hairline over the rest pose."""
    x, y, z = head.rest.T
    direction = np.degrees(np.arctan2(np.abs(x), z - HAIRLINE_AXIS_Z))
    height = y - np.interp(direction, HAIRLINE_DEGREES, cut.hairline)
    height = np.where(head.skin_without_ears, height, -1.0)
    padding = cut.padding * smoothstep(*UNDERCOAT_RISES, height)
    return Scalp(height.astype(np.float32), padding.astype(np.float32))


@dataclass(frozen=True, slots=True)
class Roots:
    """Where locks start."""

    rest: Points
    """In the rest pose, where styles are described."""
    points: Points
    normals: Points
    height: Numbers
    """Above the hairline."""
    chance: NDArray[np.float64]
    """Eight fixed random numbers in 0..1 a root."""


def plant(head: Head, scalp: Scalp, surface: FloatArray, normals: FloatArray, cut: Cut, seed: int) -> Roots:
    """Spread roots over the scalp by area, closer along the hairline and a parting."""
    count, part = cut.locks, cut.part
    triangles = head.triangles[(scalp.height[head.triangles] > 0.0).all(axis=1)]
    corners = head.rest[triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    edge = scalp.height[triangles].mean(axis=1)
    density = 1 + 1.2 * np.exp(-edge / EDGE)
    if part is not None:
        middle = corners.mean(axis=1)
        density += 1.5 * np.exp(-(((middle[:, 0] - part) / PART_WIDTH) ** 2)) * (middle[:, 1] > 7.9)
    share = np.cumsum(area * density)
    random = np.random.default_rng(seed)
    chosen = np.searchsorted(share, (np.arange(count) + random.random(count)) / count * share[-1])
    u, v = random.random((2, count))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    weights = np.stack([1 - u - v, u, v], axis=1)[..., None]
    picked = triangles[np.minimum(chosen, len(triangles) - 1)]
    return Roots(
        rest=(head.rest[picked] * weights).sum(axis=1),
        points=(surface[picked] * weights).sum(axis=1),
        normals=unit((normals[picked] * weights).sum(axis=1)),
        height=(scalp.height[picked] * weights[..., 0]).sum(axis=1),
        chance=random.random((count, 8)),
    )
