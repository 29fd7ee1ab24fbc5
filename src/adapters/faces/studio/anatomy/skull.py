"""The skull on which hair lies: the distance to the head's surface in each direction from its middle."""

from dataclasses import dataclass

import numpy as np

from adapters.faces.studio.anatomy.geometry import Numbers, Points
from adapters.faces.studio.render.kernels import FloatArray

CENTRE = np.array([0.0, 7.45, 0.30])
"""Middle of the skull: a straight line from here meets the surface once, from the crown to the shoulders."""
ROWS, COLUMNS = 48, 64
_SMOOTHINGS = 3


@dataclass(frozen=True, slots=True)
class Skull:
    """Radii in decimetres on a grid of polar angle (rows, from above) by azimuth (columns, from the front)."""

    radii: Numbers

    def radius(self, directions: Points) -> Numbers:
        """Return the distance (n,) from the middle to the surface along unit vectors (n, 3), interpolated."""
        row = np.arccos(np.clip(directions[:, 1], -1, 1)) / np.pi * (ROWS - 1)
        column = np.arctan2(directions[:, 0], directions[:, 2]) / (2 * np.pi) * COLUMNS
        r, c = np.minimum(row.astype(int), ROWS - 2), np.floor(column).astype(int)
        v, u = row - r, column - c
        near, far = c % COLUMNS, (c + 1) % COLUMNS
        above = self.radii[r, near] * (1 - u) + self.radii[r, far] * u
        below = self.radii[r + 1, near] * (1 - u) + self.radii[r + 1, far] * u
        return np.asarray(above * (1 - v) + below * v)

    def settle(self, points: Points, clearance: Numbers, cling: Numbers) -> Points:
        """Return points that are at least `clearance` (n,) off the surface; those further away come nearer.

        `cling` (n,) is the share of the way back to the clearance, 0..1.
        """
        away = points - CENTRE
        distance = np.linalg.norm(away, axis=1)
        directions = away / (distance[:, None] + 1e-9)
        rest = self.radius(directions) + clearance
        settled = np.maximum(distance, rest) - cling * np.maximum(distance - rest, 0)
        return np.asarray(CENTRE + directions * settled[:, None])


def measure_skull(points: FloatArray) -> Skull:
    """Return the skull from points of the surface: the farthest in each direction; gaps are filled from around."""
    away = points - CENTRE
    distance = np.linalg.norm(away, axis=1)
    row = np.round(np.arccos(np.clip(away[:, 1] / distance, -1, 1)) / np.pi * (ROWS - 1)).astype(int)
    column = np.round(np.arctan2(away[:, 0], away[:, 2]) / (2 * np.pi) * COLUMNS).astype(int) % COLUMNS
    radii = np.zeros((ROWS, COLUMNS))
    np.maximum.at(radii, (row, column), distance)
    while (radii == 0).any():
        total, known = _around(radii), _around((radii > 0).astype(float))
        fill = (radii == 0) & (known > 0)
        radii[fill] = total[fill] / known[fill]
    for _ in range(_SMOOTHINGS):
        radii = np.maximum(radii, (radii * 4 + _around(radii)) / 8)
    return Skull(radii)


def _around(values: Numbers) -> Numbers:
    """Return the sum of the four neighbours; columns wrap around, the first and last row repeat."""
    padded = np.pad(values, ((1, 1), (0, 0)), mode="edge")
    return np.asarray(padded[:-2] + padded[2:] + np.roll(values, 1, axis=1) + np.roll(values, -1, axis=1))
