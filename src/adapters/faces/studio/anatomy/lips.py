"""Lips that meet: the rims of the mouth are measured on the finished shape, column by column, and moved together.

Face units alone cannot close every mouth: how far the lips of a face are apart depends on its shape and its smile.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.asset import HeadAsset
from adapters.faces.studio.anatomy.subdivision import Subdivision
from adapters.faces.studio.design.targets import JAW_OPEN
from adapters.faces.studio.render.curves import smoothstep
from adapters.faces.studio.render.kernels import FloatArray, IntArray

CORNER, COLUMNS = 0.245, 21
"""Half the width of the base mesh's mouth in decimetres, and in how many columns its rims are measured."""
FADED = 0.30
"""Distance from the middle at which nothing moves any more."""
LIP_LINE = -0.12
"""How `jawOpen` moves the corners of the mouth: the upper lip sinks less, the lower lip more."""
LIPS_PAINTED = 0.5
UPPER_MOVES, LOWER_MOVES = (6.80, 6.67), (6.30, 6.48)
"""Heights of the base mesh from which on skin follows the upper and the lower lip: not at all, then wholly."""
BEHIND, IN_FRONT = 1.15, 1.35
"""Depths of the base mesh between which the lining follows the lips."""
OVERLAP, CORNER_OVERLAP = 0.006, 0.020
"""Decimetres by which closed lips press into each other: about a pixel; more at the corners, or pits would stay."""
CORNER_BEGINS = (0.13, 0.21)
"""Distances from the middle over which the one grows into the other."""
UPPER_SHARE = 0.25
"""Share of the way between two lips that the upper one goes."""
INCISORS_WIDE, INCISORS_FRONT = 0.12, 1.40
"""Half the width of the upper front teeth in the base mesh, and the depth from which on a tooth is a front one."""
TUCKED, BARED = 0.014, 0.034
"""On f: how far the lower lip's rim reaches over the edge of the upper teeth, and how far the upper lip stays above."""
BEHIND_EDGE = 0.012
"""On f: how far the lower lip's rim lies behind the front of the teeth."""
FARTHEST_BACK = 0.06
"""How far the lower lip goes back for f at most: a chin that followed farther would show the lower teeth."""
TUCK_FADES = (0.13, 0.235)
"""Distances from the middle between which the rims leave the teeth towards the corners of the mouth."""
PASSES = 2
"""Moving one column drags its neighbours along, so the rims are measured and moved twice."""

RIM_THICKNESS = 0.004
"""Decimetres within which a lip's vertices count as its rim."""

Columns = NDArray[np.float64]
"""One number for each column."""


@dataclass(frozen=True, slots=True)
class Rim:
    """The edge of one lip, as its fine vertices, and what moves with it."""

    side: int
    """-1 for the upper lip, whose rim is its lowest part, 1 for the lower one."""
    rows: Subdivision
    """Gives the lip's fine vertices, column after column."""
    starts: NDArray[np.int64]
    """Where each column's vertices begin."""
    counts: NDArray[np.int64]
    """How many each column has."""
    vertices: IntArray
    """Control vertices that follow this lip."""
    follow: NDArray[np.float64]
    """How much each of them follows each column, (vertices, columns)."""


@dataclass(frozen=True, slots=True)
class Lips:
    """Both rims of the mouth, the same for every face."""

    upper: Rim
    lower: Rim
    overlap: Columns
    """How far closed lips press into each other."""
    set_back: Columns
    """How far the lower rim lies behind the upper one where the mouth is closed."""
    incisors: IntArray
    """Control vertices of the upper front teeth."""
    teeth_share: Columns
    """How far each column goes to the teeth on f: all of it in the middle, nothing at the corners."""

    def shaped(self, control: FloatArray, closed: float, to_teeth: float) -> FloatArray:
        """Return the control points with lips that are closed, and the lower one at the teeth, by shares of 0..1.

        Lips that pass through each other are parted, whatever the shares are.
        """
        points = control.copy()
        wanted = np.maximum((1 - closed) * self.gap(points) - closed * self.overlap, -self.overlap)
        for _ in range(PASSES):
            self._close(points, closed, wanted)
        if to_teeth > 0:
            for _ in range(PASSES):
                self._tuck(points, to_teeth)
        return points

    def gap(self, control: FloatArray) -> Columns:
        """Return how far the lips are apart in each column, in decimetres; less than 0 where they overlap."""
        return _edge(self.upper, control)[0] - _edge(self.lower, control)[0]

    def _close(self, points: FloatArray, closed: float, wanted: Columns) -> None:
        upper, upper_depth = _edge(self.upper, points)
        lower, lower_depth = _edge(self.lower, points)
        way = upper - lower - wanted
        forward = closed * (upper_depth - lower_depth - self.set_back)
        _move(self.upper, points, -UPPER_SHARE * way, -UPPER_SHARE * forward)
        _move(self.lower, points, (1 - UPPER_SHARE) * way, (1 - UPPER_SHARE) * forward)

    def _tuck(self, points: FloatArray, to_teeth: float) -> None:
        teeth = points[self.incisors]
        edge, front = float(teeth[:, 1].min()), float(teeth[:, 2].max())
        share = to_teeth * self.teeth_share
        upper, _ = _edge(self.upper, points)
        lower, lower_depth = _edge(self.lower, points)
        raised = np.maximum(edge + TUCKED + BARED - upper, 0)
        _move(self.upper, points, share * raised, np.zeros_like(raised))
        back = np.maximum(front - BEHIND_EDGE - lower_depth, -FARTHEST_BACK)
        _move(self.lower, points, share * (edge + TUCKED - lower), share * back)


def _edge(rim: Rim, control: FloatArray) -> tuple[Columns, Columns]:
    """Return height and depth of a rim in each column: of its outermost vertices, smoothly."""
    points = rim.rows(control).astype(np.float64)
    outward = rim.side * points[:, 1]
    height = np.maximum.reduceat(outward, rim.starts)
    weights = np.exp((outward - np.repeat(height, rim.counts)) / RIM_THICKNESS)
    depth = np.add.reduceat(weights * points[:, 2], rim.starts) / np.add.reduceat(weights, rim.starts)
    return rim.side * height, depth


def _move(rim: Rim, points: FloatArray, up: Columns, forward: Columns) -> None:
    """Move what follows a rim, by one way for each column."""
    points[rim.vertices, 1] += (rim.follow @ up).astype(np.float32)
    points[rim.vertices, 2] += (rim.follow @ forward).astype(np.float32)


def lips_of(asset: HeadAsset, subdivision: Subdivision, skin: IntArray, upper_teeth: IntArray) -> Lips:
    """Find the lips of the base mesh; `skin` are its control vertices of skin."""
    sinking = np.zeros(len(asset.base), dtype=np.float32)
    vertices, offsets = asset.targets.of(JAW_OPEN)
    sinking[vertices] = offsets[:, 1]
    is_upper = sinking > LIP_LINE
    x, y, z = asset.base[skin].astype(np.float64).T
    inward = smoothstep(BEHIND, IN_FRONT, z)
    upper_follow = smoothstep(*UPPER_MOVES, y) * inward * is_upper[skin]
    lower_follow = smoothstep(*LOWER_MOVES, y) * inward * ~is_upper[skin]
    middles = np.asarray((np.arange(COLUMNS) + 0.5) * (2 * CORNER / COLUMNS) - CORNER, dtype=np.float64)
    near = _between_columns(x, middles)
    fine = subdivision(asset.base)
    painted = subdivision.field(asset.masks["lips"]) > LIPS_PAINTED
    teeth = asset.base[upper_teeth]
    fine_sinking = subdivision.field(sinking)

    def rim(side: int, own: NDArray[np.bool_], follow: NDArray[np.float64]) -> Rim:
        column = np.floor((fine[:, 0] + CORNER) * (COLUMNS / (2 * CORNER))).astype(int)
        rows = np.flatnonzero(painted & own & (column >= 0) & (column < COLUMNS))
        rows = rows[np.argsort(column[rows], kind="stable")]
        counts = np.bincount(column[rows], minlength=COLUMNS)
        moving = follow > 0
        return Rim(
            side=side,
            rows=subdivision.rows(rows),
            starts=np.concatenate([[0], np.cumsum(counts)[:-1]]),
            counts=counts,
            vertices=skin[moving],
            follow=near[moving] * follow[moving, None],
        )

    upper = rim(-1, fine_sinking > LIP_LINE, upper_follow)
    lower = rim(1, fine_sinking <= LIP_LINE, lower_follow)
    return Lips(
        upper=upper,
        lower=lower,
        overlap=OVERLAP + (CORNER_OVERLAP - OVERLAP) * smoothstep(*CORNER_BEGINS, np.abs(middles)),
        set_back=_edge(upper, asset.base)[1] - _edge(lower, asset.base)[1],
        incisors=upper_teeth[(np.abs(teeth[:, 0]) < INCISORS_WIDE) & (teeth[:, 2] > INCISORS_FRONT)],
        teeth_share=smoothstep(TUCK_FADES[1], TUCK_FADES[0], np.abs(middles)),
    )


def _between_columns(x: NDArray[np.float64], middles: Columns) -> NDArray[np.float64]:
    """Return how much of each column's way a vertex at x goes: linear between two columns, less beyond the last."""
    place = np.interp(x, middles, np.arange(len(middles)))
    shares = np.clip(1 - np.abs(place[:, None] - np.arange(len(middles))), 0, 1)
    return np.asarray(shares * smoothstep(FADED, middles[-1], np.abs(x))[:, None])
