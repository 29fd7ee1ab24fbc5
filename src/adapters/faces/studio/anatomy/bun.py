"""The bun: locks wound around a ball on the crown."""

import numpy as np

from adapters.faces.studio.anatomy.geometry import unit
from adapters.faces.studio.anatomy.hairstyles import Cut
from adapters.faces.studio.anatomy.ribbons import LOCK_BULGE, LONG_LOCK_STEPS, Ribbons, ribbons_along
from adapters.faces.studio.anatomy.skull import CENTRE, Skull

BUN_LOCKS = 90
SEAT = np.array([[0.0, 0.93, -0.36]])
"""Direction of the bun from the middle of the skull."""
SUNK = 0.55
"""Distance of the ball's middle from the skull, in its radii."""
TURNS = 0.75
"""How far a lock is wound around the ball."""


def bun_locks(cut: Cut, skull: Skull, scale: float, seed: int) -> Ribbons:
    """Return the locks of a bun."""
    random = np.random.default_rng(seed)
    radius = cut.bun * scale
    seat = unit(SEAT)
    centre = CENTRE + seat * (skull.radius(seat) + SUNK * radius)[:, None]
    axis = unit(random.standard_normal((BUN_LOCKS, 3)) * [1.0, 0.5, 1.0])
    first = unit(np.cross(axis, [0.0, 1.0, 0.0]))
    second = np.cross(axis, first)
    turn = (random.random((BUN_LOCKS, 1)) + TURNS * np.linspace(0, 1, LONG_LOCK_STEPS)) * 2 * np.pi
    tilt = 0.35 * (random.random((BUN_LOCKS, 1, 1)) - 0.5)
    ring = unit(
        np.cos(turn)[..., None] * first[:, None]
        + np.sin(turn)[..., None] * second[:, None]
        + tilt * axis[:, None]
    )
    depth = radius * (0.90 + 0.10 * random.random((BUN_LOCKS, 1, 1)))
    taper = np.sin(np.pi * np.linspace(0.08, 0.92, LONG_LOCK_STEPS))[None, :]
    widths = cut.half_width * scale * 1.3 * taper * np.ones((BUN_LOCKS, 1))
    return ribbons_along(centre + ring * depth, ring, widths, random.random(BUN_LOCKS), LOCK_BULGE)
