"""Turns eyes to a point: irises are painted in the rest pose, where morphs, movements and turns carry them off."""

from functools import cache

import numpy as np

from adapters.faces.studio.anatomy.eyeballs import Eyeball, find_eyeballs
from adapters.faces.studio.anatomy.geometry import Points, unit
from adapters.faces.studio.anatomy.head import load_head
from adapters.faces.studio.design.appearance import Direction, EyeAxes
from adapters.faces.studio.render.kernels import FloatArray
from adapters.faces.studio.render.mesh import Part


def eyes_towards(target: Points, points: FloatArray) -> tuple[EyeAxes, EyeAxes]:
    """Return how the irises on the picture's left and right lie in the rest pose when they face a point (3,).

    `points` (n, 3) are the fine vertices of the face as it is drawn, and maybe others behind them.
    """
    left, right = (_axes(eyeball.placed(points), target) for eyeball in _eyeballs())
    return left, right


@cache
def _eyeballs() -> tuple[Eyeball, Eyeball]:
    head = load_head()
    return find_eyeballs(head.rest, np.unique(head.triangles[head.triangle_parts == Part.EYE]))


def _axes(placed: Points, target: Points) -> EyeAxes:
    ahead = unit(np.linalg.solve(placed[:3].T, target - placed[3]))
    across = unit(np.cross([0.0, 1.0, 0.0], ahead))
    return EyeAxes(_direction(across), _direction(np.cross(ahead, across)))


def _direction(vector: Points) -> Direction:
    return (float(vector[0]), float(vector[1]), float(vector[2]))
