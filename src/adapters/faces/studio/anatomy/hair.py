"""Makes the hair of a finished face: locks that are grown, cut and laid out as ribbons."""

import numpy as np

from adapters.faces.studio.anatomy.growth import GROWTH_STEPS, grow, in_fringe
from adapters.faces.studio.anatomy.hairstyles import Cut
from adapters.faces.studio.anatomy.head import Head
from adapters.faces.studio.anatomy.proportions import adult_height, scaled_height
from adapters.faces.studio.anatomy.scalp import Roots, Scalp, plant
from adapters.faces.studio.anatomy.skull import CENTRE, Points, Skull, measure_skull
from adapters.faces.studio.anatomy.strands import Ribbons, joined, unit, weave
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray

SHORT_STEPS, LONG_STEPS = 10, 18
"""Vertices along a lock."""
SHOULDERS_BELOW = 6.25
"""Height under which the rest pose is no longer head; hair falls past it."""
FRINGE_ENDS_AT, FRINGE_FALLS = 7.74, 0.25
"""Height of a fringe in the middle, and how much lower it is, by the square of the way, towards the temples."""
FRINGE_UNEVEN, UNEVEN = 0.12, 0.28
"""Decimetres by which the ends of neighbouring locks differ."""
LAYERED = 0.35
"""Share of the locks that differ twice as much, or a cut would end in a ruler's line."""
NECK_AXIS = np.array([0.0, 6.3, 0.2])
BUN_LOCKS = 90
BULGE = 0.45
"""How far a ribbon's middle is raised, in half widths."""


def _trim(path: Points, roots: Roots, cut: Cut, scale: float) -> Points:
    """Cut long hair at its height, a fringe above the brows, and spread the ribbon's steps over what is left."""
    count = len(path)
    end = np.full(count, GROWTH_STEPS - 1.0)
    if cut.ends_at is not None:
        limit = np.full(count, cut.ends_at)
        uneven = np.where(roots.chance[:, 4] < LAYERED, 2.0, 1.0) * UNEVEN
        if cut.fringe:
            front = in_fringe(roots)
            aside = np.abs(roots.rest[:, 0])
            limit = np.where(front, FRINGE_ENDS_AT - FRINGE_FALLS * aside**2, limit)
            uneven = np.where(front, FRINGE_UNEVEN, uneven)
        limit = scaled_height(limit + uneven * (roots.chance[:, 5] - 0.35), scale)
        below = path[:, :, 1] < limit[:, None]
        end = np.where(below.any(axis=1), np.maximum(below.argmax(axis=1), 3), end)
    steps = LONG_STEPS if cut.ends_at or cut.bun else SHORT_STEPS
    where = np.linspace(0, 1, steps)[None, :] * end[:, None]
    low = np.minimum(where.astype(int), GROWTH_STEPS - 2)
    part = (where - low)[..., None]
    rows = np.arange(count)[:, None]
    return np.asarray(path[rows, low] * (1 - part) + path[rows, low + 1] * part)


def grow_hair(
    head: Head, scalp: Scalp, cut: Cut, surface: FloatArray, normals: FloatArray, scale: float, seed: int
) -> Ribbons | None:
    """Return the locks on a face, or None for a style without any.

    `surface` are the fine vertices of the face at rest, `scale` its head's height beside an adult's.
    """
    if cut.locks == 0:
        return None
    body = head.skin_without_ears & (head.rest[:, 1] > SHOULDERS_BELOW)
    surface = surface + normals * (scalp.padding * np.float32(scale))[:, None]
    skull = measure_skull(surface[body])
    roots = plant(head, scalp, surface, normals, cut, seed)
    grown, falls_well = grow(roots, skull, cut, scale)
    path = _trim(grown, roots, cut, scale)
    along = np.linspace(0, 1, path.shape[1])
    if cut.curl > 0:
        hangs = smoothstep(6.9, 6.4, adult_height(path[:, -1:, 1], scale))
        inward = unit((NECK_AXIS - path) * [1.0, 0.0, 1.0])
        path = path + inward * (cut.curl * scale * hangs * smoothstep(0.55, 1.0, along) ** 2)[..., None]
    outward = unit(path - CENTRE)
    if cut.wave > 0:
        phase = 2 * np.pi * (roots.chance[:, 6:7] + along * (1.5 + roots.chance[:, 7:8]))
        aside = unit(np.cross(outward, np.gradient(path, axis=1)))
        path = path + aside * (cut.wave * scale * np.sin(phase) * along)[..., None]
    taper = (0.65 + 0.35 * np.sin(np.pi * np.minimum(along * 1.4, 1))) * (1 - along**3) ** 0.7
    if cut.fringe:
        blunt = (1 - along**10) ** 0.5
        taper = np.where(in_fringe(roots)[:, None], blunt, taper)
    width = (
        cut.half_width
        * scale
        * (0.7 + 0.6 * roots.chance[:, 3])
        * (0.55 + 0.45 * smoothstep(0.0, 0.2, roots.height))
        * (1.0 if cut.ends_at else 0.45 + 0.55 * smoothstep(7.7, 8.1, roots.rest[:, 1]))
    )
    locks = weave(path, outward, width[:, None] * taper, roots.chance[:, 7], BULGE).only(falls_well)
    return joined(locks, tie_bun(cut, skull, scale, seed)) if cut.bun else locks


def tie_bun(cut: Cut, skull: Skull, scale: float, seed: int) -> Ribbons:
    """Wind locks around a ball that sits on the crown."""
    random = np.random.default_rng(seed)
    radius = cut.bun * scale
    seat = unit(np.array([[0.0, 0.93, -0.36]]))
    centre = CENTRE + seat * (skull.radius(seat) + 0.55 * radius)[:, None]
    axis = unit(random.standard_normal((BUN_LOCKS, 3)) * [1.0, 0.5, 1.0])
    first = unit(np.cross(axis, [0.0, 1.0, 0.0]))
    second = np.cross(axis, first)
    turn = (random.random((BUN_LOCKS, 1)) + 0.75 * np.linspace(0, 1, LONG_STEPS)) * 2 * np.pi
    tilt = 0.35 * (random.random((BUN_LOCKS, 1, 1)) - 0.5)
    ring = unit(
        np.cos(turn)[..., None] * first[:, None]
        + np.sin(turn)[..., None] * second[:, None]
        + tilt * axis[:, None]
    )
    depth = radius * (0.90 + 0.10 * random.random((BUN_LOCKS, 1, 1)))
    taper = np.sin(np.pi * np.linspace(0.08, 0.92, LONG_STEPS))[None, :]
    widths = cut.half_width * scale * 1.3 * taper * np.ones((BUN_LOCKS, 1))
    return weave(centre + ring * depth, ring, widths, random.random(BUN_LOCKS), BULGE)
