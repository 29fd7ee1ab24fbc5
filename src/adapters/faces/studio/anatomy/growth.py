"""How locks grow: step by step, as a style pulls them, over the skull and not over the face."""

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.geometry import Numbers, Points, unit
from adapters.faces.studio.anatomy.hairstyles import Cut
from adapters.faces.studio.anatomy.proportions import adult_height
from adapters.faces.studio.anatomy.roots import Roots
from adapters.faces.studio.anatomy.scalp import HAIRLINE_AXIS_Z, PART_WIDTH
from adapters.faces.studio.anatomy.skull import CENTRE, Skull
from adapters.faces.studio.render.curves import smoothstep

CROWN = np.array([0.05, 8.45, -0.25])
"""The whorl, in the rest pose."""
GROWTH_STEPS = 30
STIFFNESS = 0.55
"""How much of its direction a lock keeps from step to step."""
FACE_EDGE = ((5.2, 6.20, 6.80, 7.30, 7.65, 7.95, 9.0), (52.0, 70.0, 72.0, 66.0, 50.0, 5.0, 0.0))
"""Heights, and the directions in degrees from straight ahead up to which no hair may hang there."""
SIDEBURN_BELOW = 7.38
"""Height under which short hair in front of the ears is left to the painted undercoat: locks would curl there."""
MOST_TURN = 0.16
"""Radians: a lock that must be turned further off the face at one step would have a kink, and is left out."""
TOP_ROOTS = (7.75, 8.25)
"""Heights of roots between which hair changes from that of the sides to that of the top."""
FRONT_ROOTS = (0.5, 1.2)
"""Depths of roots between which hair changes to that above the forehead."""
STANDS_OFF = (7.70, 8.25)
"""Heights between which short hair begins to stand off the head."""
FALLS = (7.9, 7.2)
"""Heights between which hair begins to fall."""
HANGS = (7.0, 7.5)
"""Heights between which long hair hangs free, and lies on the skull."""
TIP_LIES = 0.35
"""Share of its lift that a short lock loses towards its tip."""
FRINGE_LIES = 2.0
"""The same of a fringe, by the way along a path whose second half is cut off: it lies on the forehead."""
CLING_SHORT, CLING_FRINGE, CLING_LONG, CLING_HANGING = 0.45, 0.60, 0.35, 0.04
"""How fast locks settle on the skull in a step: short ones, a fringe, long ones on the skull, and below it."""


def in_fringe(roots: Roots) -> NDArray[np.bool_]:
    """Return which locks fall over the forehead where a style has a fringe."""
    x, y, z = roots.rest.T
    return np.asarray((z > 0.72) & (np.abs(x) < 0.68) & (y > 7.85))


def grow(roots: Roots, skull: Skull, cut: Cut, scale: float) -> tuple[Points, NDArray[np.bool_]]:
    """Return each lock's path, (locks, steps, 3), before it is cut, and which of the locks have no kink."""
    locks = _Locks(roots, cut, scale)
    heading = locks.first_heading()
    points = roots.points - 0.02 * roots.normals
    path = [points]
    is_smooth = locks.may_grow()
    for step in range(1, GROWTH_STEPS):
        along = step / (GROWTH_STEPS - 1)
        heading = locks.next_heading(heading, points)
        points = points + heading * locks.stride
        if cut.keeps_off_face:
            points, turned = _keep_off_face(points, scale, np.where(locks.is_fringe, 0.0, 0.75))
            is_smooth &= turned < MOST_TURN
        points = skull.settle(points, locks.clearance(points, along), locks.cling(points))
        path.append(points)
    return np.stack(path, axis=1), is_smooth


def _keep_off_face(points: Points, scale: float, strength: Numbers) -> tuple[Points, Numbers]:
    """Turn points in front of the face around the upright axis, back to the face's edge.

    Returns the points and by how many radians each was turned.
    """
    least = np.radians(np.interp(adult_height(points[:, 1], scale), *FACE_EDGE))
    x, z = points[:, 0], points[:, 2] - HAIRLINE_AXIS_Z
    azimuth = np.arctan2(np.abs(x), z)
    turned = np.where(azimuth < least, azimuth + (least - azimuth) * strength, azimuth)
    radius = np.hypot(x, z)
    side = np.where(x < 0, -1.0, 1.0)
    moved = np.stack(
        [side * radius * np.sin(turned), points[:, 1], HAIRLINE_AXIS_Z + radius * np.cos(turned)], axis=1
    )
    return moved, np.abs(turned - azimuth)


class _Locks:
    """How a cut makes each lock of one head grow, depending on where its tip is."""

    def __init__(self, roots: Roots, cut: Cut, scale: float) -> None:
        self._roots, self._cut, self._scale = roots, cut, scale
        rest, chance = roots.rest, roots.chance
        top = smoothstep(*TOP_ROOTS, rest[:, 1])
        front = self._front = smoothstep(*FRONT_ROOTS, rest[:, 2]) * top
        from_part = rest[:, 0] - (cut.part or 0.0)
        self._side = np.sign(from_part + 1e-6)
        no_part = cut.part is None
        at_part = self._at_part = (
            np.zeros(len(rest)) if no_part else np.exp(-((from_part / PART_WIDTH) ** 2)) * top
        )
        self._combed = 0.15 + 0.85 * top
        self._from_crown = unit(rest - CROWN)
        self._stray = chance[:, 2:5] - 0.5
        self._lift = (
            scale
            * (cut.lift * (0.35 + 1.1 * chance[:, 1]) * (0.10 + 0.90 * top) + cut.front_lift * front)
            * (1 - 0.6 * at_part)
        )
        length = cut.side_length + (cut.top_length - cut.side_length) * top
        self._length = scale * length * (0.78 + 0.44 * chance[:, 0])
        self.stride = (self._length / (GROWTH_STEPS - 1))[:, None]
        """How far each lock grows in a step."""
        self.is_fringe = in_fringe(roots) & cut.fringe

    def may_grow(self) -> NDArray[np.bool_]:
        """Return which locks may grow: all but the sideburns of short hair."""
        rest = self._roots.rest
        if self._cut.ends_at is not None:
            return np.ones(len(rest), dtype=bool)
        return np.asarray(~((rest[:, 1] < SIDEBURN_BELOW) & (rest[:, 2] > HAIRLINE_AXIS_Z)))

    def first_heading(self) -> Points:
        """Return the directions in which the locks leave the head."""
        rises = 1 + 2 * self._front[:, None] * (self._cut.front_lift > 0.2)
        outward = 0.9 * self._roots.normals * self._combed[:, None] * rises
        return unit(self._pull(self._roots.points) + outward)

    def next_heading(self, heading: Points, points: Points) -> Points:
        """Turn directions towards the pull at the tips, but not into the head."""
        away = unit(points - CENTRE)
        wanted = self._pull(points)
        wanted -= np.minimum((wanted * away).sum(axis=1, keepdims=True), 0) * away * 0.9
        return unit(STIFFNESS * heading + (1 - STIFFNESS) * unit(wanted))

    def clearance(self, points: Points, along: float) -> Numbers:
        """Return how far off the skull the tips stay; `along` is the share of the path that has grown."""
        rising = min(1.0, along * (self._length.mean() / self._scale) / 0.12)
        return np.asarray(self._lift * rising * self._standing(points, along) + 0.01)

    def cling(self, points: Points) -> Numbers:
        """Return how fast the tips settle on the skull."""
        if self._cut.ends_at is None:
            return np.full(len(points), CLING_SHORT)
        hanging = CLING_HANGING + (CLING_LONG - CLING_HANGING) * smoothstep(*HANGS, points[:, 1])
        return np.where(self.is_fringe, CLING_FRINGE, hanging)

    def _standing(self, points: Points, along: float) -> Numbers:
        """Return how much of its lift a lock keeps: a short one little at the sides of the head and at its tip."""
        if self._cut.ends_at is not None:
            return np.where(self.is_fringe, max(0.0, 1 - FRINGE_LIES * along), 1.0)
        kept = 0.15 + 0.85 * smoothstep(*STANDS_OFF, adult_height(points[:, 1], self._scale))
        return np.asarray(kept * (1 - TIP_LIES * along**2))

    def _pull(self, points: Points) -> Points:
        """Return where the style pulls the tips: a mix of directions by the weights of the cut."""
        cut, side = self._cut, self._side
        fallen = smoothstep(*FALLS, points[:, 1])[:, None]
        aside = np.stack([side, np.zeros_like(side), np.zeros_like(side)], axis=1) * cut.aside * (1 - fallen)
        aside *= self._combed[:, None]
        back = np.array([0.0, 0.0, -1.0]) * (cut.back + 0.5 * self._at_part[:, None]) * (1 - 0.7 * fallen)
        down = np.array([0.0, -1.0, 0.0]) * (cut.down + 1.2 * fallen * bool(cut.ends_at))
        total = aside + back + down + self._from_crown * cut.crown + 0.35 * self._stray
        forward = np.array([0.0, -0.55, 0.9]) + 0.4 * self._stray
        return np.where(self.is_fringe[:, None], forward, total)
