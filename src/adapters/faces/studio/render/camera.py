"""A perspective camera, and how a face is framed."""

from dataclasses import dataclass
from math import cos, sin

import numpy as np

from adapters.faces.studio.render.kernels import FloatArray, kernel

DISTANCE = 11.5
"""Decimetres between camera and head: far enough that a nose does not swell."""


@kernel
def project_points(
    points: FloatArray, eye: FloatArray, axes: FloatArray, focal: float, centre: float, out: FloatArray
) -> None:
    """Write screen x, y (pixels, y down) and depth (decimetres) of world points."""
    for i in range(len(points)):
        x, y, z = points[i, 0] - eye[0], points[i, 1] - eye[1], points[i, 2] - eye[2]
        depth = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z
        out[i, 0] = centre + focal * (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) / depth
        out[i, 1] = centre - focal * (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) / depth
        out[i, 2] = depth


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks at a point from the front; square pictures."""

    target: tuple[float, float, float]
    height: float
    """Decimetres that the picture spans at the target."""
    yaw: float = 0.0
    pitch: float = 0.0

    @property
    def axes(self) -> FloatArray:
        """Right, up and forward as rows."""
        forward = -np.array(
            [sin(self.yaw) * cos(self.pitch), sin(self.pitch), cos(self.yaw) * cos(self.pitch)]
        )
        right = np.cross(forward, [0.0, 1.0, 0.0])
        right /= np.linalg.norm(right)
        return np.stack([right, np.cross(right, forward), forward]).astype(np.float32)

    @property
    def eye(self) -> FloatArray:
        """Where the camera stands."""
        return np.asarray(np.array(self.target) - DISTANCE * self.axes[2], dtype=np.float32)

    def project(self, points: FloatArray, size: int) -> FloatArray:
        """Return x, y in pixels of a picture `size` wide, and depth in decimetres."""
        out = np.empty_like(points)
        focal = size * DISTANCE / self.height
        project_points(points, self.eye, self.axes, focal, size / 2, out)
        return out
