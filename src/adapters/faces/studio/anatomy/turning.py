"""A turn of the head about the neck, and what follows it."""

import numpy as np

from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray
from adapters.faces.studio.render.mesh import transform, turn

NECK_PIVOT = np.array([0.0, 6.25, 0.25], dtype=np.float32)
STILL_BELOW, TURNS_ABOVE = 5.55, 6.50
"""Heights between which the neck passes a turn of the head on to the shoulders."""
HAIR_STILL_BELOW, HAIR_TURNS_ABOVE = 5.1, 6.3
"""The same of long hair."""


def skin_share(heights: FloatArray) -> FloatArray:
    """Return the share of a turn that skin at heights (n,) of the rest pose follows, 0..1."""
    return smoothstep(STILL_BELOW, TURNS_ABOVE, heights)


def hair_share(heights: FloatArray) -> FloatArray:
    """Return the share of a turn that hair at heights (n,) follows, 0..1."""
    return smoothstep(HAIR_STILL_BELOW, HAIR_TURNS_ABOVE, heights)


class HeadTurn:
    """One turn, by a rotation matrix (3, 3)."""

    def __init__(self, matrix: FloatArray) -> None:
        self._matrix = matrix
        self._about_neck = np.hstack([matrix, (NECK_PIVOT - matrix @ NECK_PIVOT)[:, None]])
        self._rotation = np.hstack([matrix, np.zeros((3, 1), dtype=np.float32)])

    def points(self, points: FloatArray) -> FloatArray:
        """Return points (n, 3) that turn with all of the head."""
        return transform(self._about_neck, points)

    def points_by_share(self, points: FloatArray, share: FloatArray) -> FloatArray:
        """Return points (n, 3) of which each follows by its own share (n,)."""
        return turn(self._matrix, NECK_PIVOT, share, points)

    def directions(self, directions: FloatArray) -> FloatArray:
        """Return directions (n, 3) that turn with all of the head."""
        return transform(self._rotation, directions)
