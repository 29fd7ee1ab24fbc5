"""The studio's lamps: a warm key from the upper left, a cool fill, and two rims from behind."""

import numpy as np

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import FloatArray

KEY = 0
"""The lamp that casts shadows."""

_LAMPS: tuple[tuple[Rgb, Rgb], ...] = (
    ((-0.60, 0.62, 0.72), (1.75, 1.62, 1.46)),
    ((0.85, 0.10, 0.60), (0.26, 0.31, 0.40)),
    ((0.75, 0.45, -0.75), (1.35, 1.40, 1.60)),
    ((-0.90, 0.25, -0.60), (0.70, 0.60, 0.50)),
)


def lamps() -> FloatArray:
    """Return direction towards the lamp (unit) and colour of each, (n, 6)."""
    directions = np.array([direction for direction, _ in _LAMPS])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.hstack([directions, [colour for _, colour in _LAMPS]]).astype(np.float32)
