"""Morph targets applied to the head's control points."""

from collections.abc import Mapping

import numpy as np

from adapters.faces.studio.anatomy.asset import HeadAsset
from adapters.faces.studio.render.kernels import FloatArray

NEGLIGIBLE = 1e-5
"""A weight below this is not applied."""


def deform(asset: HeadAsset, start: FloatArray, weights: Mapping[str, float]) -> FloatArray:
    """Return a copy of the control points, moved by the weighted targets; KeyError for an unknown name."""
    points = start.copy()
    for name, weight in weights.items():
        if abs(weight) > NEGLIGIBLE:
            vertices, offsets = asset.targets.of(name)
            points[vertices] += offsets * np.float32(weight)
    return points
