"""Sets eyes and lids straight: morph targets of children and men turn them outwards by up to seven degrees.

Eyes that look at the viewer from openings which face outwards seem to be crossed. Turned about the middle of its
eyeball, a lid slides along the ball and keeps its distance to it.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from adapters.faces.studio.anatomy.asset import load_head_asset
from adapters.faces.studio.anatomy.eyeballs import Eyeball, find_eyeballs
from adapters.faces.studio.anatomy.geometry import Numbers, Points, unit
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import Part

ALL_WITHIN, NONE_BEYOND = 0.20, 0.38
"""Decimetres from the centre of an eyeball of the rest pose up to which all turns with it, and beyond which nothing."""
AHEAD = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True)
class Socket:
    """An eyeball of the control mesh, and what is about it."""

    eyeball: Eyeball
    around: IntArray
    share: Numbers
    """(vertices around, 1): how much of a turn each of them makes."""


def set_straight(points: FloatArray) -> None:
    """Turn both eyes of a face's control points until they look ahead, and their lids with them."""
    for socket in _sockets():
        *_, ahead, centre = socket.eyeball.placed(points)
        from_centre = points[socket.around] - centre
        turned = np.einsum("ij,kj->ki", _turn_between(unit(ahead), AHEAD), from_centre)
        points[socket.around] += ((turned - from_centre) * socket.share).astype(np.float32)


@cache
def _sockets() -> tuple[Socket, Socket]:
    asset = load_head_asset()
    left, right = (
        _socket(eyeball, asset.base) for eyeball in find_eyeballs(asset.base, asset.vertices_of(Part.EYE))
    )
    return left, right


def _socket(eyeball: Eyeball, base: FloatArray) -> Socket:
    share = smoothstep(NONE_BEYOND, ALL_WITHIN, np.linalg.norm(base - eyeball.centre, axis=1))
    around = np.flatnonzero(share).astype(np.int32)
    return Socket(eyeball, around, share[around, None])


def _turn_between(one: Points, other: Points) -> Points:
    """Return the least rotation (3, 3) that takes one unit vector to another, which is not opposite."""
    x, y, z = np.cross(one, other)
    across = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + across + across @ across / (1 + one @ other))
