"""The hair of one face: locks that are grown, cut and laid out as ribbons."""

import numpy as np

from adapters.faces.studio.anatomy.bun import bun_locks
from adapters.faces.studio.anatomy.geometry import Numbers, Points, unit
from adapters.faces.studio.anatomy.growth import GROWTH_STEPS, grow, in_fringe
from adapters.faces.studio.anatomy.hairstyles import Cut
from adapters.faces.studio.anatomy.head import FaceSurface, Head
from adapters.faces.studio.anatomy.proportions import adult_height, scaled_height
from adapters.faces.studio.anatomy.ribbons import (
    LOCK_BULGE,
    LONG_LOCK_STEPS,
    SHORT_LOCK_STEPS,
    Ribbons,
    joined,
    ribbons_along,
)
from adapters.faces.studio.anatomy.roots import Roots, plant_roots
from adapters.faces.studio.anatomy.scalp import Scalp
from adapters.faces.studio.anatomy.skull import CENTRE, measure_skull
from adapters.faces.studio.render.curves import smoothstep

SHOULDERS_BELOW = 6.25
"""Height under which the rest pose is no longer head; hair falls past it."""
FRINGE_ENDS_AT, FRINGE_FALLS = 7.74, 0.25
"""Height of a fringe in the middle, and how much lower it is, by the square of the way, towards the temples."""
FRINGE_UNEVEN, UNEVEN = 0.12, 0.28
"""Decimetres by which the ends of neighbouring locks differ."""
LAYERED = 0.35
"""Share of the locks whose ends differ twice as much; without them a cut would end in a straight line."""
FEWEST_STEPS = 3
"""Steps of growth that every lock keeps when it is cut."""
NECK_AXIS = np.array([0.0, 6.3, 0.2])
CURLS_BELOW = (6.9, 6.4)
"""Heights of a lock's end between which it begins to turn in."""


def grow_hair(head: Head, scalp: Scalp, face: FaceSurface, cut: Cut, seed: int) -> Ribbons | None:
    """Return the locks on a face, or None for a style without any."""
    if cut.locks == 0:
        return None
    scale = face.scale
    padded = face.points + face.normals * (scalp.padding * np.float32(scale))[:, None]
    skull = measure_skull(padded[head.skin_without_ears & (head.rest[:, 1] > SHOULDERS_BELOW)])
    roots = plant_roots(head, scalp, FaceSurface(padded, face.normals, scale), cut, seed)
    grown, is_smooth = grow(roots, skull, cut, scale)
    path = _curled(_trimmed(grown, roots, cut, scale), cut, scale)
    outward = unit(path - CENTRE)
    path = _waved(path, outward, roots, cut, scale)
    half_widths = _half_widths(roots, cut, scale, path.shape[1])
    locks = ribbons_along(path, outward, half_widths, roots.chance[:, 7], LOCK_BULGE).only(is_smooth)
    return joined(locks, bun_locks(cut, skull, scale, seed)) if cut.bun else locks


def _trimmed(path: Points, roots: Roots, cut: Cut, scale: float) -> Points:
    """Cut the locks, and spread the ribbon's steps over what is left of them."""
    count = len(path)
    end = _ends(path, roots, cut, scale)
    steps = LONG_LOCK_STEPS if cut.ends_at or cut.bun else SHORT_LOCK_STEPS
    where = np.linspace(0, 1, steps)[None, :] * end[:, None]
    low = np.minimum(where.astype(int), GROWTH_STEPS - 2)
    between = (where - low)[..., None]
    rows = np.arange(count)[:, None]
    return np.asarray(path[rows, low] * (1 - between) + path[rows, low + 1] * between)


def _ends(path: Points, roots: Roots, cut: Cut, scale: float) -> Numbers:
    """Return the step at which each lock ends: long hair at the cut's height, a fringe above the brows."""
    if cut.ends_at is None:
        return np.full(len(path), GROWTH_STEPS - 1.0)
    limit = np.full(len(path), cut.ends_at)
    uneven = np.where(roots.chance[:, 4] < LAYERED, 2.0, 1.0) * UNEVEN
    if cut.fringe:
        front = in_fringe(roots)
        aside = np.abs(roots.rest[:, 0])
        limit = np.where(front, FRINGE_ENDS_AT - FRINGE_FALLS * aside**2, limit)
        uneven = np.where(front, FRINGE_UNEVEN, uneven)
    limit = scaled_height(limit + uneven * (roots.chance[:, 5] - 0.35), scale)
    below = path[:, :, 1] < limit[:, None]
    return np.where(below.any(axis=1), np.maximum(below.argmax(axis=1), FEWEST_STEPS), GROWTH_STEPS - 1.0)


def _curled(path: Points, cut: Cut, scale: float) -> Points:
    """Turn the ends of long hair in towards the neck."""
    if cut.curl == 0:
        return path
    along = np.linspace(0, 1, path.shape[1])
    hangs = smoothstep(*CURLS_BELOW, adult_height(path[:, -1:, 1], scale))
    inward = unit((NECK_AXIS - path) * [1.0, 0.0, 1.0])
    return np.asarray(
        path + inward * (cut.curl * scale * hangs * smoothstep(0.55, 1.0, along) ** 2)[..., None]
    )


def _waved(path: Points, outward: Points, roots: Roots, cut: Cut, scale: float) -> Points:
    """Give the locks waves from side to side."""
    if cut.wave == 0:
        return path
    along = np.linspace(0, 1, path.shape[1])
    phase = 2 * np.pi * (roots.chance[:, 6:7] + along * (1.5 + roots.chance[:, 7:8]))
    aside = unit(np.cross(outward, np.gradient(path, axis=1)))
    return np.asarray(path + aside * (cut.wave * scale * np.sin(phase) * along)[..., None])


def _half_widths(roots: Roots, cut: Cut, scale: float, steps: int) -> Numbers:
    """Return half the width of each lock along its way (locks, steps); a fringe has blunt ends."""
    along = np.linspace(0, 1, steps)
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
    return np.asarray(width[:, None] * taper)
