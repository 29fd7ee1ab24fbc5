"""The studio's lamps: a warm key from the upper left, a cool fill, and two rims from behind."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from adapters.faces.studio.design.colour import Rgb
from adapters.faces.studio.render.kernels import FloatArray, inlined
from adapters.faces.studio.render.vectors import Vector

KEY = 0
"""The lamp that casts shadows."""
FRONT_LAMPS = 2
"""Key and fill, which eyes mirror."""


class Lamp(NamedTuple):
    """A lamp so far away that its light is parallel."""

    direction: Vector
    """Towards the lamp."""
    colour: Rgb


_LAMPS = (
    Lamp((-0.60, 0.62, 0.72), (1.75, 1.62, 1.46)),
    Lamp((0.85, 0.10, 0.60), (0.26, 0.31, 0.40)),
    Lamp((0.75, 0.45, -0.75), (1.35, 1.40, 1.60)),
    Lamp((-0.90, 0.25, -0.60), (0.70, 0.60, 0.50)),
)


def _array(lamps: Iterable[Lamp]) -> FloatArray:
    """Return the unit direction and the colour of each lamp, (n, 6)."""
    directions = np.array([lamp.direction for lamp in lamps])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return np.hstack([directions, [lamp.colour for lamp in lamps]]).astype(np.float32)


LAMPS = _array(_LAMPS)
"""Unit direction towards each lamp, and its colour, (n, 6)."""


@inlined
def lamp_at(index: int) -> Lamp:
    """Return a row of `LAMPS`."""
    return Lamp(
        (LAMPS[index, 0], LAMPS[index, 1], LAMPS[index, 2]),
        (LAMPS[index, 3], LAMPS[index, 4], LAMPS[index, 5]),
    )
