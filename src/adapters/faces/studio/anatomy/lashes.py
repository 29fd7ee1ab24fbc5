"""Eyelashes: fine ribbons on MakeHuman's lash strips, which follow the lids."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.asset import HeadAsset, load_head
from adapters.faces.studio.anatomy.strands import Ribbons, weave
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import Part

ROWS = 5
"""Vertices of a strip from the lid's edge to the tips."""
UPPER_LASHES, LOWER_LASHES = 24, 12
HALF_WIDTH = 0.006
LID_LINE_HEIGHT = 7.27
"""Upper strips lie above this height in the rest pose."""


def _strip_grids(asset: HeadAsset) -> list[IntArray]:
    """Sort each strip's vertices into a grid (rows from the lid outward, columns along it)."""
    quads = [tuple(int(v) for v in quad) for quad in asset.quads[asset.parts == Part.LASH]]
    grids = []
    remaining = set(range(len(quads)))
    while remaining:
        strip = {remaining.pop()}
        while True:
            touched = {v for face in strip for v in quads[face]}
            more = {face for face in remaining if touched & set(quads[face])}
            if not more:
                break
            strip |= more
            remaining -= more
        grids.append(_grid(asset, [quads[face] for face in sorted(strip)]))
    return grids


def _grid(asset: HeadAsset, quads: list[tuple[int, ...]]) -> IntArray:
    """Walk a strip column by column from one of its ends."""
    uses: dict[int, int] = {}
    sides: dict[frozenset[int], list[int]] = {}
    for face, quad in enumerate(quads):
        for corner in range(4):
            uses[quad[corner]] = uses.get(quad[corner], 0) + 1
            sides.setdefault(frozenset((quad[corner], quad[corner - 1])), []).append(face)
    corners = sorted(v for v, count in uses.items() if count == 1)
    border = [side for side, faces in sides.items() if len(faces) == 1]
    for corner in corners:
        for first in sorted(v for side in border if corner in side for v in side - {corner}):
            column = [corner, first]
            while uses[column[-1]] > 1:
                column += [v for side in border if column[-1] in side for v in side - set(column)]
            if len(column) == ROWS:
                return _walk(asset, quads, sides, column)
    raise ValueError("a lash strip has no end of the expected width")


def _walk(
    asset: HeadAsset, quads: list[tuple[int, ...]], sides: dict[frozenset[int], list[int]], column: list[int]
) -> IntArray:
    columns = [column]
    seen: set[int] = set()
    while True:
        following: dict[int, int] = {}
        for low, high in zip(columns[-1][:-1], columns[-1][1:], strict=True):
            for face in sides[frozenset((low, high))]:
                if face in seen:
                    continue
                seen.add(face)
                quad = quads[face]
                for v in (low, high):
                    at = quad.index(v)
                    before, after = quad[at - 1], quad[(at + 1) % 4]
                    following[v] = after if before in (low, high) else before
        if not following:
            break
        columns.append([following[v] for v in columns[-1]])
    grid = np.array(columns, dtype=np.int32).T
    depth = asset.base[:, 2]
    return grid if depth[grid[0]].mean() < depth[grid[-1]].mean() else grid[::-1].copy()


@dataclass(frozen=True, slots=True)
class LashPlan:
    """For each lash: which control points its path blends, and how."""

    near: IntArray
    """(lashes, rows) control vertices before the lash's place along its strip."""
    far: IntArray
    share: NDArray[np.float64]
    """(lashes, 1, 1) of the far vertices."""
    reach: NDArray[np.float64]
    """(lashes,) how much of the strip's width a lash spans."""


@cache
def lash_plan() -> LashPlan:
    """Place the lashes on the strips, once a process."""
    asset = load_head()
    near, far, share, reach = [], [], [], []
    for grid in _strip_grids(asset):
        upper = asset.base[grid[0], 1].mean() > LID_LINE_HEIGHT
        count = UPPER_LASHES if upper else LOWER_LASHES
        place = (np.arange(count) + 0.5) / count * (grid.shape[1] - 1)
        column = np.minimum(place.astype(int), grid.shape[1] - 2)
        near.append(grid[:, column].T)
        far.append(grid[:, column + 1].T)
        share.append(place - column)
        reach.append(np.where(np.arange(count) % 2 == 0, 1.0, 0.75) * (0.85 if upper else 0.28))
    return LashPlan(
        np.concatenate(near),
        np.concatenate(far),
        np.concatenate(share)[:, None, None],
        np.concatenate(reach),
    )


def draw_lashes(control: FloatArray, length: float) -> Ribbons:
    """Return the lashes of a face from its control points; `length` 1 is a woman's."""
    plan = lash_plan()
    strip = control[plan.near] * (1 - plan.share) + control[plan.far] * plan.share
    along = np.linspace(0, 1, ROWS)[None, :] * (ROWS - 1) * (plan.reach * length)[:, None]
    low = np.minimum(along.astype(int), ROWS - 2)
    part = (along - low)[..., None]
    lashes = np.arange(len(strip))[:, None]
    paths = (strip[lashes, low] * (1 - part) + strip[lashes, low + 1] * part).astype(np.float64)
    widths = HALF_WIDTH * np.linspace(1, 0.1, ROWS)[None, :] * np.ones((len(paths), 1))
    outward = np.broadcast_to(np.array([0.0, 0.25, 1.0]), paths.shape)
    return weave(paths, outward, widths, np.zeros(len(paths)), bulge=0.0)
