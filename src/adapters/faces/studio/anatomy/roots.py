"""Where the locks of hair start on the scalp."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.geometry import Numbers, Points, unit
from adapters.faces.studio.anatomy.hairstyles import Cut
from adapters.faces.studio.anatomy.head import FaceSurface, Head
from adapters.faces.studio.anatomy.scalp import PART_WIDTH, Scalp
from adapters.faces.studio.render.kernels import IntArray

EDGE, EDGE_DENSITY = 0.14, 1.2
"""Height above the hairline within which roots stand closer, so that the edge looks soft, and by how much."""
PART_DENSITY, PART_ABOVE = 1.5, 7.9
"""How much closer roots stand at a parting, and the height from which on."""
CHANCES = 8


@dataclass(frozen=True, slots=True)
class Roots:
    """One root a lock."""

    rest: Points
    """In the rest pose, where styles are described."""
    points: Points
    normals: Points
    height: Numbers
    """Above the hairline."""
    chance: Numbers
    """`CHANCES` random numbers in 0..1 for each root, which the seed fixes."""


def plant_roots(head: Head, scalp: Scalp, face: FaceSurface, cut: Cut, seed: int) -> Roots:
    """Spread roots over the scalp by area, closer along the hairline and a parting."""
    count = cut.locks
    triangles = head.triangles[(scalp.height[head.triangles] > 0.0).all(axis=1)]
    share = np.cumsum(_room(head, scalp, triangles, cut.part))
    random = np.random.default_rng(seed)
    chosen = np.searchsorted(share, (np.arange(count) + random.random(count)) / count * share[-1])
    weights = _places(random, count)
    corners = triangles[np.minimum(chosen, len(triangles) - 1)]
    return Roots(
        rest=(head.rest[corners] * weights).sum(axis=1),
        points=(face.points[corners] * weights).sum(axis=1),
        normals=unit((face.normals[corners] * weights).sum(axis=1)),
        height=(scalp.height[corners] * weights[..., 0]).sum(axis=1),
        chance=random.random((count, CHANCES)),
    )


def _room(head: Head, scalp: Scalp, triangles: IntArray, part: float | None) -> Numbers:
    """Return each triangle's share of the roots: its area times how close roots stand there."""
    corners = head.rest[triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    density = 1 + EDGE_DENSITY * np.exp(-scalp.height[triangles].mean(axis=1) / EDGE)
    if part is not None:
        middle = corners.mean(axis=1)
        at_part = np.exp(-(((middle[:, 0] - part) / PART_WIDTH) ** 2))
        density += PART_DENSITY * at_part * (middle[:, 1] > PART_ABOVE)
    return np.asarray(area * density)


def _places(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Return random places in triangles as weights of their corners (count, 3, 1)."""
    u, v = random.random((2, count))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    return np.stack([1 - u - v, u, v], axis=1)[..., None]
