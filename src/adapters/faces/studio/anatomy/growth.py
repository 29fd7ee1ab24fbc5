"""How locks grow: paths that follow a style's pulls, lie on the skull and keep off the face."""

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.hairstyles import Cut
from adapters.faces.studio.anatomy.proportions import adult_height
from adapters.faces.studio.anatomy.scalp import HAIRLINE_AXIS_Z, PART_WIDTH, Numbers, Roots
from adapters.faces.studio.anatomy.skull import CENTRE, Points, Skull
from adapters.faces.studio.anatomy.strands import unit
from adapters.faces.studio.render.curves import smoothstep

CROWN = np.array([0.05, 8.45, -0.25])
"""The whorl, in the rest pose."""
GROWTH_STEPS = 30
STIFFNESS = 0.55
"""How much of its direction a lock keeps from step to step."""
FACE_EDGE = ((5.2, 6.20, 6.80, 7.30, 7.65, 7.95, 9.0), (52.0, 70.0, 72.0, 66.0, 50.0, 5.0, 0.0))
"""Heights, and the directions in degrees in front of which no hair may hang."""
SIDEBURN_BELOW = 7.38
"""Height under which short hair before the ears is cropped to the painted undercoat: locks would curl there."""
MOST_TURN = 0.16
"""Radians: a lock that must be turned further off the face at one step would have a kink, and is left out."""
TOP = (7.70, 8.25)
"""Heights between which short hair begins to stand off the head."""
TIP_LIES = 0.35
"""Share of its lift that a short lock loses towards its tip."""
FRINGE_LIES = 2.0
"""The same of a fringe, by the way along a path whose second half is cut off: it lies on the forehead."""
CLING_SHORT, CLING_FRINGE, CLING_LONG, CLING_HANGING = 0.45, 0.60, 0.35, 0.04
"""How fast locks settle on the skull, a step: short ones, a fringe, long ones on the skull, and below it."""


def _keep_off_face(points: Points, scale: float, strength: Numbers) -> tuple[Points, Numbers]:
    """Turn points that hang before the face back to its edge, around the upright axis; and tell by how much."""
    heights = adult_height(points[:, 1], scale)
    least = np.radians(np.interp(heights, *FACE_EDGE))
    x, z = points[:, 0], points[:, 2] - HAIRLINE_AXIS_Z
    azimuth = np.arctan2(np.abs(x), z)
    turned = np.where(azimuth < least, azimuth + (least - azimuth) * strength, azimuth)
    radius = np.hypot(x, z)
    side = np.where(x < 0, -1.0, 1.0)
    moved = np.stack(
        [side * radius * np.sin(turned), points[:, 1], HAIRLINE_AXIS_Z + radius * np.cos(turned)], axis=1
    )
    return moved, np.abs(turned - azimuth)


def in_fringe(roots: Roots) -> NDArray[np.bool_]:
    """Tell which locks fall over the forehead where a style has a fringe."""
    x, y, z = roots.rest.T
    return np.asarray((z > 0.72) & (np.abs(x) < 0.68) & (y > 7.85))


def grow(roots: Roots, skull: Skull, cut: Cut, scale: float) -> tuple[Points, NDArray[np.bool_]]:
    """Return each lock's path, (locks, steps, 3), before it is cut, and which of them fall well."""
    rest = roots.rest
    top = smoothstep(7.75, 8.25, rest[:, 1])
    front = smoothstep(0.5, 1.2, rest[:, 2]) * top
    chance = roots.chance
    length = (
        scale * (cut.side_length + (cut.top_length - cut.side_length) * top) * (0.78 + 0.44 * chance[:, 0])
    )
    stride = (length / (GROWTH_STEPS - 1))[:, None]
    beside = rest[:, 0] - (cut.part or 0.0)
    side = np.sign(beside + 1e-6)
    at_part = np.exp(-((beside / PART_WIDTH) ** 2)) * top if cut.part is not None else np.zeros(len(rest))
    combed = 0.15 + 0.85 * top
    is_fringe = in_fringe(roots) & cut.fringe
    from_crown = unit(rest - CROWN)
    lift = (
        scale
        * (cut.lift * (0.35 + 1.1 * chance[:, 1]) * (0.10 + 0.90 * top) + cut.front_lift * front)
        * (1 - 0.6 * at_part)
    )
    stray = chance[:, 2:5] - 0.5

    def pull(points: Points) -> Points:
        fallen = smoothstep(7.9, 7.2, points[:, 1])[:, None]
        aside = np.stack([side, np.zeros_like(side), np.zeros_like(side)], axis=1) * cut.aside * (1 - fallen)
        aside *= combed[:, None]
        back = np.array([0.0, 0.0, -1.0]) * (cut.back + 0.5 * at_part[:, None]) * (1 - 0.7 * fallen)
        down = np.array([0.0, -1.0, 0.0]) * (cut.down + 1.2 * fallen * bool(cut.ends_at))
        total = aside + back + down + from_crown * cut.crown + 0.35 * stray
        return np.where(is_fringe[:, None], np.array([0.0, -0.55, 0.9]) + 0.4 * stray, total)

    def cling(points: Points) -> Numbers:
        if cut.ends_at is None:
            return np.full(len(points), CLING_SHORT)
        hanging = CLING_HANGING + (CLING_LONG - CLING_HANGING) * smoothstep(7.0, 7.5, points[:, 1])
        return np.where(is_fringe, CLING_FRINGE, hanging)

    def standing(points: Points, along: float) -> Numbers:
        """Return how much of its lift a short lock keeps: little beside the head, and little at its tip."""
        if cut.ends_at is not None:
            return np.where(is_fringe, max(0.0, 1 - FRINGE_LIES * along), 1.0)
        height = adult_height(points[:, 1], scale)
        return (0.15 + 0.85 * smoothstep(*TOP, height)) * (1 - TIP_LIES * along**2)

    heading = unit(
        pull(roots.points)
        + 0.9 * roots.normals * combed[:, None] * (1 + 2 * front[:, None] * (cut.front_lift > 0.2))
    )
    points = roots.points - 0.02 * roots.normals
    path = [points]
    sideburn = (rest[:, 1] < SIDEBURN_BELOW) & (rest[:, 2] > HAIRLINE_AXIS_Z)
    falls_well = ~sideburn if cut.ends_at is None else np.ones(len(points), dtype=bool)
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
        points = skull.settle(points, lift * rising * standing(points, along) + 0.01, cling(points))
        path.append(points)
    return np.stack(path, axis=1), falls_well
