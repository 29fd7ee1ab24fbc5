"""Grows locks of hair on a finished face: roots on the scalp, paths that follow a style's pulls, ribbons."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.asset import FloatArray
from adapters.faces.studio.hairstyles import HAIRLINE_DEGREES, Cut
from adapters.faces.studio.head import Head
from adapters.faces.studio.mesh import Paint
from adapters.faces.studio.skull import CENTRE, Points, Skull, measure_skull
from adapters.faces.studio.strands import Ribbons, joined, unit, weave

HAIRLINE_AXIS_Z = 0.42
"""Depth of the upright axis around which hairline directions are counted."""
CROWN = np.array([0.05, 8.45, -0.25])
"""The whorl, in the rest pose."""
PART_WIDTH = 0.16
"""Distance from a parting within which locks lie flatter, further back and closer."""
EDGE = 0.14
"""Height above the hairline within which roots stand closer, so that the edge looks soft."""
GROWTH_STEPS = 30
SHORT_STEPS, LONG_STEPS = 10, 18
SHOULDERS_BELOW = 6.25
"""Height under which the rest pose is no longer head; hair falls past it."""
STIFFNESS = 0.55
"""How much of its direction a lock keeps from step to step."""
FACE_EDGE = ((9.0, 7.95, 7.65, 7.30, 6.80, 6.20, 5.2), (0.0, 5.0, 50.0, 66.0, 72.0, 70.0, 52.0))
"""Heights, and the directions in degrees in front of which no hair may hang."""
MOST_TURN = 0.16
"""Radians: a lock that must be turned further off the face at one step would have a kink, and is left out."""
FRINGE_ENDS_AT = 7.74
BUN_LOCKS = 90
BULGE = 0.45
CLING_SHORT, CLING_LONG, CLING_HANGING = 0.45, 0.35, 0.04
"""How fast locks settle on the skull, a step: short ones, long ones on the skull, and below it."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scalp:
    """Where hair grows on the rest pose, by a hairline."""

    height: FloatArray
    """Above the hairline, a fine vertex; -1 off the scalp."""
    padding: FloatArray
    """How far the undercoat lifts each fine vertex along its normal."""


def scalp_of(head: Head, cut: Cut) -> Scalp:
    """Lay a hairline over the rest pose."""
    x, y, z = head.rest.T
    direction = np.degrees(np.arctan2(np.abs(x), z - HAIRLINE_AXIS_Z))
    height = y - np.interp(direction, HAIRLINE_DEGREES, cut.hairline)
    height = np.where(head.skin & (head.paint[:, Paint.EAR] < 0.3), height, -1.0)
    rise = np.clip((height + 0.02) / 0.28, 0, 1)
    padding = cut.padding * rise * rise * (3 - 2 * rise)
    return Scalp(height.astype(np.float32), padding.astype(np.float32))


@dataclass(frozen=True, slots=True)
class _Roots:
    rest: Points
    points: Points
    normals: Points
    height: Numbers
    chance: NDArray[np.float64]
    """Eight fixed random numbers in 0..1 a root."""


def _plant(head: Head, scalp: Scalp, surface: FloatArray, normals: FloatArray, cut: Cut, seed: int) -> _Roots:
    """Spread roots over the scalp by area, closer along the hairline and a parting."""
    count, part = cut.locks, cut.part
    triangles = head.triangles[(scalp.height[head.triangles] > 0.0).all(axis=1)]
    corners = head.rest[triangles].astype(np.float64)
    area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
    edge = scalp.height[triangles].mean(axis=1)
    density = 1 + 1.2 * np.exp(-edge / EDGE)
    if part is not None:
        middle = corners.mean(axis=1)
        density += 1.5 * np.exp(-(((middle[:, 0] - part) / PART_WIDTH) ** 2)) * (middle[:, 1] > 7.9)
    share = np.cumsum(area * density)
    random = np.random.default_rng(seed)
    chosen = np.searchsorted(share, (np.arange(count) + random.random(count)) / count * share[-1])
    u, v = random.random((2, count))
    u, v = np.where(u + v > 1, 1 - u, u), np.where(u + v > 1, 1 - v, v)
    weights = np.stack([1 - u - v, u, v], axis=1)[..., None]
    picked = triangles[np.minimum(chosen, len(triangles) - 1)]
    return _Roots(
        rest=(head.rest[picked] * weights).sum(axis=1),
        points=(surface[picked] * weights).sum(axis=1),
        normals=unit((normals[picked] * weights).sum(axis=1)),
        height=(scalp.height[picked] * weights[..., 0]).sum(axis=1),
        chance=random.random((count, 8)),
    )


def _step(start: float, end: float, x: Numbers) -> Numbers:
    t = np.clip((x - start) / (end - start), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def _keep_off_face(points: Points, scale: float, strength: Numbers) -> tuple[Points, Numbers]:
    """Turn points that hang before the face back to its edge, around the upright axis; and tell by how much."""
    heights = 7.2841 + (points[:, 1] - 7.2841) / scale
    order = np.argsort(FACE_EDGE[0])
    least = np.radians(np.interp(heights, np.array(FACE_EDGE[0])[order], np.array(FACE_EDGE[1])[order]))
    x, z = points[:, 0], points[:, 2] - HAIRLINE_AXIS_Z
    azimuth = np.arctan2(np.abs(x), z)
    turned = np.where(azimuth < least, azimuth + (least - azimuth) * strength, azimuth)
    radius = np.hypot(x, z)
    side = np.where(x < 0, -1.0, 1.0)
    moved = np.stack(
        [side * radius * np.sin(turned), points[:, 1], HAIRLINE_AXIS_Z + radius * np.cos(turned)], axis=1
    )
    return moved, np.abs(turned - azimuth)


def _grow(roots: _Roots, skull: Skull, cut: Cut, scale: float) -> tuple[Points, NDArray[np.bool_]]:
    """Return each lock's path, (locks, steps, 3), before it is cut, and which of them fall well."""
    rest = roots.rest
    top = _step(7.75, 8.25, rest[:, 1])
    front = _step(0.5, 1.2, rest[:, 2]) * top
    chance = roots.chance
    length = (
        scale * (cut.side_length + (cut.top_length - cut.side_length) * top) * (0.78 + 0.44 * chance[:, 0])
    )
    stride = (length / (GROWTH_STEPS - 1))[:, None]
    beside = rest[:, 0] - (cut.part or 0.0)
    side = np.sign(beside + 1e-6)
    at_part = np.exp(-((beside / PART_WIDTH) ** 2)) * top if cut.part is not None else np.zeros(len(rest))
    combed = 0.15 + 0.85 * top
    is_fringe = (
        (front > 0.35) & (np.abs(rest[:, 0]) < 0.62) if cut.fringe else np.zeros(len(rest), dtype=bool)
    )
    from_crown = unit(rest - CROWN)
    lift = (
        scale
        * (cut.lift * (0.35 + 1.1 * chance[:, 1]) * (0.35 + 0.65 * top) + cut.front_lift * front)
        * (1 - 0.6 * at_part)
    )
    stray = chance[:, 2:5] - 0.5

    def pull(points: Points) -> Points:
        fallen = _step(7.9, 7.2, points[:, 1])[:, None]
        aside = np.stack([side, np.zeros_like(side), np.zeros_like(side)], axis=1) * cut.aside * (1 - fallen)
        aside *= combed[:, None]
        back = np.array([0.0, 0.0, -1.0]) * (cut.back + 0.5 * at_part[:, None]) * (1 - 0.7 * fallen)
        down = np.array([0.0, -1.0, 0.0]) * (cut.down + 1.2 * fallen * bool(cut.ends_at))
        total = aside + back + down + from_crown * cut.crown + 0.35 * stray
        return np.where(is_fringe[:, None], np.array([0.0, -0.55, 0.9]) + 0.4 * stray, total)

    def cling(points: Points) -> Numbers:
        if cut.ends_at is None:
            return np.full(len(points), CLING_SHORT)
        return CLING_HANGING + (CLING_LONG - CLING_HANGING) * _step(7.0, 7.5, points[:, 1])

    heading = unit(
        pull(roots.points) + 0.9 * roots.normals * (1 + 2 * front[:, None] * (cut.front_lift > 0.2))
    )
    points = roots.points - 0.02 * roots.normals
    path = [points]
    falls_well = np.ones(len(points), dtype=bool)
    for step in range(1, GROWTH_STEPS):
        along = step / (GROWTH_STEPS - 1)
        away = unit(points - CENTRE)
        wanted = pull(points)
        wanted -= np.minimum((wanted * away).sum(axis=1, keepdims=True), 0) * away * 0.9
        heading = unit(STIFFNESS * heading + (1 - STIFFNESS) * unit(wanted))
        points = points + heading * stride
        if cut.keeps_off_face:
            points, turned = _keep_off_face(points, scale, np.where(is_fringe, 0.0, 0.75))
            falls_well &= turned < MOST_TURN
        rising = min(1.0, along * (length.mean() / scale) / 0.12)
        points = skull.settle(points, lift * rising + 0.01, cling(points))
        path.append(points)
    return np.stack(path, axis=1), falls_well


def _trim(path: Points, roots: _Roots, cut: Cut, scale: float) -> Points:
    """Cut long hair at its height, a fringe above the brows, and spread the ribbon's steps over what is left."""
    count = len(path)
    end = np.full(count, GROWTH_STEPS - 1.0)
    if cut.ends_at is not None:
        limit = np.full(count, cut.ends_at)
        if cut.fringe:
            front = (roots.rest[:, 2] > 0.75) & (np.abs(roots.rest[:, 0]) < 0.62) & (roots.rest[:, 1] > 7.9)
            limit = np.where(front, FRINGE_ENDS_AT, limit)
        limit = 7.2841 + (limit + 0.28 * (roots.chance[:, 5] - 0.35) - 7.2841) * scale
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
    body = head.skin & (head.paint[:, Paint.EAR] < 0.3) & (head.rest[:, 1] > SHOULDERS_BELOW)
    surface = surface + normals * (scalp.padding * np.float32(scale))[:, None]
    skull = measure_skull(surface[body])
    roots = _plant(head, scalp, surface, normals, cut, seed)
    grown, falls_well = _grow(roots, skull, cut, scale)
    path = _trim(grown, roots, cut, scale)
    along = np.linspace(0, 1, path.shape[1])
    outward = unit(path - CENTRE)
    if cut.wave > 0:
        phase = 2 * np.pi * (roots.chance[:, 6:7] + along * (1.5 + roots.chance[:, 7:8]))
        aside = unit(np.cross(outward, np.gradient(path, axis=1)))
        path = path + aside * (cut.wave * scale * np.sin(phase) * along)[..., None]
    taper = (0.65 + 0.35 * np.sin(np.pi * np.minimum(along * 1.4, 1))) * (1 - along**3) ** 0.7
    width = (
        cut.half_width
        * scale
        * (0.7 + 0.6 * roots.chance[:, 3])
        * (0.55 + 0.45 * _step(0.0, 0.2, roots.height))
    )
    locks = weave(path, outward, width[:, None] * taper[None, :], roots.chance[:, 7], BULGE).only(falls_well)
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
