"""Finds out where a face has its eyeballs: morph targets and expressions move, stretch and turn them."""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.anatomy.geometry import Points
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.materials.eye import EYE_X, EYE_Y, EYE_Z


@dataclass(frozen=True, slots=True)
class Eyeball:
    """One eye of a mesh."""

    centre: Points
    """Of the rest pose, (3,)."""
    vertices: IntArray
    inverse: Points
    """(4, vertices): gives the affine map that takes the vertices of the rest pose nearest to other points."""

    def placed(self, points: FloatArray) -> Points:
        """Return where a face's points (n, 3) put the eye, (4, 3).

        The rows are what became of a decimetre across, up and ahead, and the centre.
        """
        return np.asarray(np.einsum("ij,jk->ik", self.inverse, points[self.vertices]))


def find_eyeballs(rest: FloatArray, vertices: IntArray) -> tuple[Eyeball, Eyeball]:
    """Return the eyes on the picture's left and on its right; `vertices` of the rest pose are those of both."""
    right = rest[vertices, 0] > 0
    return _eyeball(rest, vertices[~right], -EYE_X), _eyeball(rest, vertices[right], EYE_X)


def _eyeball(rest: FloatArray, vertices: IntArray, centre_x: float) -> Eyeball:
    centre = np.array([centre_x, EYE_Y, EYE_Z])
    from_centre = np.hstack([rest[vertices] - centre, np.ones((len(vertices), 1))])
    return Eyeball(centre, vertices, np.linalg.pinv(from_centre))
