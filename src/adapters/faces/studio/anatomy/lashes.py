"""Eyelashes: fine ribbons on MakeHuman's strips of lashes, which follow the lids."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from adapters.faces.studio.anatomy.asset import load_head_asset
from adapters.faces.studio.anatomy.geometry import Numbers
from adapters.faces.studio.anatomy.lash_strips import ROWS, lash_strips
from adapters.faces.studio.anatomy.ribbons import Ribbons, ribbons_along
from adapters.faces.studio.render.kernels import FloatArray, IntArray

UPPER_LASHES, LOWER_LASHES = 24, 12
"""Lashes on one lid."""
UPPER_REACH, LOWER_REACH = 0.85, 0.28
"""Share of a strip's width that a lash of length 1 spans."""
SHORTER = 0.75
"""Length of every second lash as a share of the others'."""
HALF_WIDTH = 0.006
LID_LINE_HEIGHT = 7.27
"""Upper strips lie above this height in the rest pose."""


@dataclass(frozen=True, slots=True)
class LashPlan:
    """For each lash: which control points its path blends, and how."""

    near: IntArray
    """(lashes, rows) control vertices before the lash's place along its strip."""
    far: IntArray
    """(lashes, rows) control vertices behind it."""
    share: Numbers
    """(lashes, 1, 1) of the far vertices."""
    reach: Numbers
    """(lashes,) how much of the strip's width a lash spans."""


@cache
def lash_plan() -> LashPlan:
    """Place the lashes on the strips, once a process."""
    asset = load_head_asset()
    near, far, share, reach = [], [], [], []
    for grid in lash_strips(asset):
        upper = asset.base[grid[0], 1].mean() > LID_LINE_HEIGHT
        count = UPPER_LASHES if upper else LOWER_LASHES
        place = (np.arange(count) + 0.5) / count * (grid.shape[1] - 1)
        column = np.minimum(place.astype(int), grid.shape[1] - 2)
        near.append(grid[:, column].T)
        far.append(grid[:, column + 1].T)
        share.append(place - column)
        lengths = np.where(np.arange(count) % 2 == 0, 1.0, SHORTER)
        reach.append(lengths * (UPPER_REACH if upper else LOWER_REACH))
    return LashPlan(
        near=np.concatenate(near),
        far=np.concatenate(far),
        share=np.concatenate(share)[:, None, None],
        reach=np.concatenate(reach),
    )


def draw_lashes(control: FloatArray, length: float) -> Ribbons:
    """Return the lashes of a face from its control points; a length of 1 is about a woman's."""
    plan = lash_plan()
    strip = control[plan.near] * (1 - plan.share) + control[plan.far] * plan.share
    along = np.linspace(0, 1, ROWS)[None, :] * (ROWS - 1) * (plan.reach * length)[:, None]
    low = np.minimum(along.astype(int), ROWS - 2)
    between = (along - low)[..., None]
    lashes = np.arange(len(strip))[:, None]
    paths = (strip[lashes, low] * (1 - between) + strip[lashes, low + 1] * between).astype(np.float64)
    widths = HALF_WIDTH * np.linspace(1, 0.1, ROWS)[None, :] * np.ones((len(paths), 1))
    outward = np.broadcast_to(np.array([0.0, 0.25, 1.0]), paths.shape)
    return ribbons_along(paths, outward, widths, np.zeros(len(paths)), bulge=0.0)
