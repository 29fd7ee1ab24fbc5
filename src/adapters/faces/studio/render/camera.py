"""How points come into a picture: the camera's perspective, and parallel views for depth maps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.render.kernels import FloatArray, kernel

DISTANCE = 11.5
"""Decimetres between camera and head: far enough that a nose does not look large."""
CENTRE = (0.0, 6.95, 0.3)
"""Middle of the bust, which parallel views show in their middle."""
REACH = 2.7
"""Half the width of a parallel view in decimetres."""


@kernel
def project_points(
    points: FloatArray, camera: FloatArray, focal: float, centre: float, out: FloatArray
) -> None:
    """Write screen x, y (pixels, y down) and depth (decimetres) of world points."""
    for i in range(len(points)):
        depth = camera[2] - points[i, 2]
        out[i, 0] = centre + focal * (points[i, 0] - camera[0]) / depth
        out[i, 1] = centre - focal * (points[i, 1] - camera[1]) / depth
        out[i, 2] = depth


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks at a point straight from the front; its pictures are square."""

    target: tuple[float, float, float]
    height: float
    """Decimetres that the picture spans at the target."""

    @property
    def position(self) -> FloatArray:
        """Where the camera stands, (3,)."""
        x, y, z = self.target
        return np.array([x, y, z + DISTANCE], dtype=np.float32)

    def project(self, points: FloatArray, size: int) -> FloatArray:
        """Return x, y in pixels of a picture `size` wide, and depth in decimetres."""
        out = np.empty_like(points)
        project_points(points, self.position, size * DISTANCE / self.height, size / 2, out)
        return out


def orthographic_view(direction: NDArray[np.float64], resolution: int) -> FloatArray:
    """Return the matrix (3, 4) that shows the bust from a direction (unit, from the bust) without perspective.

    It turns world points into x, y in pixels of a picture `resolution` wide, and depth in decimetres.
    """
    aside = np.cross([0.0, 1.0, 0.0], direction)
    if np.linalg.norm(aside) < 1e-3:
        aside = np.array([1.0, 0.0, 0.0])
    aside /= np.linalg.norm(aside)
    scale = resolution / (2 * REACH)
    rows = np.stack([aside * scale, -np.cross(direction, aside) * scale, -direction])
    shift = -rows @ np.array(CENTRE) + np.array([resolution / 2, resolution / 2, 0.0])
    return np.hstack([rows, shift[:, None]]).astype(np.float32)
