"""What is painted on the head in the rest pose: regions of the skin, the shirt, the inside of the mouth."""

import numpy as np
from numpy.typing import NDArray

from adapters.faces.studio.anatomy.asset import HeadAsset
from adapters.faces.studio.anatomy.subdivision import Subdivision
from adapters.faces.studio.render.kernels import FloatArray, IntArray
from adapters.faces.studio.render.mesh import PAINT_COLUMNS, SkinColumn

SHIRT_THICKNESS = 0.03
SHIRT_EDGE, SHIRT_EDGE_WIDTH = 0.48, 0.1
"""The paint at which the shirt begins, and over which it reaches its thickness."""
MOUTH_REGION = ((-0.65, 6.05, 0.2), (0.65, 7.05, 9.0))
"""Box of the rest pose in which back faces are drawn, or the backdrop would show through an open mouth."""
INSIDE_MOUTH = 0.02
"""Share of the mouth's paint from which a triangle lies inside the mouth."""


def paint_regions(
    asset: HeadAsset, subdivision: Subdivision, rest: FloatArray, skin: NDArray[np.bool_]
) -> FloatArray:
    """Return the paint of the fine vertices (n, PAINT_COLUMNS), without the scalp."""
    paint = np.zeros((len(rest), PAINT_COLUMNS), dtype=np.float32)
    for column, mask in (
        (SkinColumn.LIPS, "lips"),
        (SkinColumn.MOUTH, "inside_mouth"),
        (SkinColumn.EYELID, "eyelids"),
        (SkinColumn.EAR, "ears"),
    ):
        paint[:, column] = subdivision.field(asset.masks[mask])
    paint[:, SkinColumn.SHIRT] = np.where(skin, _shirt_field(rest), 0)
    return paint


def shirt_thickness(paint: FloatArray) -> FloatArray:
    """Return how far the shirt lifts each fine vertex along its normal; 0 where there is none."""
    return np.asarray(
        np.clip((paint[:, SkinColumn.SHIRT] - SHIRT_EDGE) / SHIRT_EDGE_WIDTH, 0, 1) * SHIRT_THICKNESS
    )


def _shirt_field(rest: FloatArray) -> NDArray[np.float64]:
    """Return a field that passes one half at the collar of a crew neck and grows towards the chest."""
    x, y, z = rest.T.astype(np.float64)
    slope = 5.86 - 0.32 * np.clip(z - 0.1, -1, 1) - y
    width = np.hypot(x, z - 0.1) - 0.72
    return np.asarray(np.clip(0.5 + 1.2 * slope + 0.55 * width, 0, 1))


def around_mouth(rest: FloatArray, paint: FloatArray, triangles: IntArray) -> NDArray[np.bool_]:
    """Return which triangles lie in or around the mouth."""
    low, high = MOUTH_REGION
    middles = rest[triangles].mean(axis=1)
    near = ((middles > low) & (middles < high)).all(axis=1)
    inside = paint[triangles, SkinColumn.MOUTH].max(axis=1) > INSIDE_MOUTH
    return np.asarray(near | inside)
